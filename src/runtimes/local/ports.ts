import { isPortFree } from '../../base/machine.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'
import type { Observed } from '../runtime.ts'

/**
 * A port for each local process, by keyText(): the configured one, otherwise its current one, otherwise its lease,
 * otherwise the next free port of this machine. Ports of local processes are not committed, so any free port will do.
 */
export async function portsFor(
  servers: Server[],
  { leases, observed }: { leases: ReadonlyMap<string, number>; observed: Observed },
): Promise<Map<string, number>> {
  const seen = new Map(observed.servers.map(one => [keyText(one), one]))
  const ports = new Map<string, number>()
  const taken = new Set(observed.servers.flatMap(one => one.hostPort ?? []))
  for (const server of servers) {
    const key = keyText(keyOf(server))
    const own = seen.get(key)
    const port =
      server.hostPort ??
      (await keptPort(own?.hostPort, own?.life === 'running')) ??
      (await freePort(leases.get(key) ?? server.hostPortBase, taken))
    ports.set(key, port)
    taken.add(port)
  }
  return ports
}

async function keptPort(port: number | undefined, runs: boolean): Promise<number | undefined> {
  return port !== undefined && (runs || (await isPortFree(port))) ? port : undefined
}

async function freePort(from: number, taken: ReadonlySet<number>): Promise<number> {
  let port = from
  while (taken.has(port) || !(await isPortFree(port))) port++
  return port
}
