import type { Customer } from '../config/project.ts'
import type { ServerListener } from '../mcp/connection.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import type { ServedDoor } from '../mcp/serving/served.ts'

/** Clients with their own connections at once. */
const MOST_OWN = 100

export interface OwnPools {
  open: NonNullable<ServedDoor['openOwn']>
  /** Closes those that are open. */
  close(): Promise<void>
}

/** Connections for one client each, up to MOST_OWN; further clients share theirs, and servers cannot ask them. */
export function ownPools(
  { id }: Pick<Customer, 'id'>,
  log: (text: string) => void,
  open: (listener: ServerListener) => ConnectionPool,
): OwnPools {
  const pools = new Set<ConnectionPool>()
  let isLogged = false
  return {
    open(listener) {
      if (pools.size >= MOST_OWN) {
        const many = `${id}: ${MOST_OWN} clients have their own connections; servers cannot ask further ones`
        if (!isLogged) log(many)
        isLogged = true
        return undefined
      }
      const pool = open(listener)
      pools.add(pool)
      return {
        ...pool,
        async close() {
          pools.delete(pool)
          isLogged = false
          await pool.close()
        },
      }
    },
    async close() {
      await Promise.all([...pools].map(pool => pool.close()))
      pools.clear()
    },
  }
}
