import { createServer } from 'node:net'
import { keyOf, keyText, type Server } from '../../config/project.ts'
import type { ComposeFile } from '../../exporters/compose/compose.ts'
import type { Observed, Runtime, Start } from '../../runtimes/runtime.ts'
import { definitionOf, type Stack } from '../stack.ts'

/** What should run of these servers: their ports, definitions and fingerprints as of now. */
export async function desired(
  stack: Stack,
  servers: Server[],
  about: { compose: ComposeFile; runtime: Runtime; observed: Observed },
): Promise<Start[]> {
  const ports = await portsFor(servers, about)
  return servers.map(server => {
    const secrets = stack.state.secrets(server)
    return {
      server,
      hostPort: ports.get(keyText(keyOf(server))) ?? 0,
      definition: definitionOf(stack, about.compose, server, about.runtime.kind),
      credentials: stack.state.fingerprint(secrets),
      secrets,
      cause: 'create',
    }
  })
}

/**
 * Under Docker a port is a lease out of the compose file. A local process keeps the port that it has, else takes
 * its lease, or the next port that is free on this machine: nothing is committed for it.
 */
async function portsFor(
  servers: Server[],
  { compose, runtime, observed }: { compose: ComposeFile; runtime: Runtime; observed: Observed },
): Promise<Map<string, number>> {
  if (runtime.kind === 'docker') return compose.leases.ports
  const held = new Map(observed.servers.map(one => [keyText(one), one]))
  const ports = new Map<string, number>()
  const taken = new Set(observed.servers.flatMap(one => one.hostPort ?? []))
  for (const server of servers) {
    const key = keyText(keyOf(server))
    const own = held.get(key)
    const lease = compose.leases.ports.get(key) ?? server.hostPortBase
    const port =
      server.hostPort ??
      (await keptPort(own?.hostPort, own?.life === 'running')) ??
      (await freePort(lease, taken))
    ports.set(key, port)
    taken.add(port)
  }
  return ports
}

async function keptPort(port: number | undefined, runs: boolean): Promise<number | undefined> {
  return port !== undefined && (runs || (await isFree(port))) ? port : undefined
}

async function freePort(from: number, taken: ReadonlySet<number>): Promise<number> {
  let port = from
  while (taken.has(port) || !(await isFree(port))) port++
  return port
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
