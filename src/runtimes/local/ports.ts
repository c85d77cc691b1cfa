import { isPortFree } from '../../base/machine.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'
import type { Observed } from '../runtime.ts'

/** Reserves a port for this project; false if another project has reserved it. */
type TakePort = (port: number) => boolean

/**
 * A port for each local process, by keyText(): the configured one, otherwise its current one, otherwise its lease,
 * otherwise the next free port of this machine. Ports of local processes are not committed, so any free port will do. Each
 * is reserved: the program opens it only seconds later, and another project may be looking for one now.
 */
export async function portsFor(
  servers: Server[],
  { leases, observed }: { leases: ReadonlyMap<string, number>; observed: Observed },
  take: TakePort,
): Promise<Map<string, number>> {
  const seen = new Map(observed.servers.map(one => [keyText(one), one]))
  const ports = new Map<string, number>()
  const taken = new Set(observed.servers.flatMap(one => one.hostPort ?? []))
  for (const server of servers) {
    const key = keyText(keyOf(server))
    const own = seen.get(key)
    const port =
      server.hostPort ??
      (await keptPort(own?.hostPort, own?.life === 'running', take)) ??
      (await freePort(leases.get(key) ?? server.hostPortBase, { taken, take }))
    // Whatever it is, so that nobody else gets it.
    take(port)
    ports.set(key, port)
    taken.add(port)
  }
  return ports
}

async function keptPort(
  port: number | undefined,
  runs: boolean,
  take: TakePort,
): Promise<number | undefined> {
  return port !== undefined && (runs || ((await isPortFree(port)) && take(port))) ? port : undefined
}

async function freePort(
  from: number,
  { taken, take }: { taken: ReadonlySet<number>; take: TakePort },
): Promise<number> {
  let port = from
  while (taken.has(port) || !(await isPortFree(port)) || !take(port)) port++
  return port
}
