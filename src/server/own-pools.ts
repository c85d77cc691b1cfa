import type { Customer } from '../config/project.ts'
import type { ServerListener } from '../mcp/connection.ts'
import type { ConnectionPool } from '../mcp/pool.ts'
import type { ServedDoor } from '../mcp/serving/served.ts'

/** Clients with their own connections at once. */
const MOST_OWN = 100

/** Connections for one client each, up to MOST_OWN; further clients share theirs, and servers cannot ask them. */
export function ownPools(
  { id }: Pick<Customer, 'id'>,
  log: (text: string) => void,
  open: (listener: ServerListener) => ConnectionPool,
): NonNullable<ServedDoor['openOwn']> {
  let count = 0
  let isLogged = false
  return listener => {
    if (count >= MOST_OWN) {
      const many = `${id}: ${MOST_OWN} clients have their own connections; servers cannot ask further ones`
      if (!isLogged) log(many)
      isLogged = true
      return undefined
    }
    const pool = open(listener)
    count += 1
    let isOpen = true
    return {
      ...pool,
      async close() {
        if (isOpen) count -= 1
        isOpen = false
        isLogged = false
        await pool.close()
      },
    }
  }
}
