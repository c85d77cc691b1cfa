import { isHeld, keyOf, keyText, type Server } from '../../config/project.ts'
import type { ComposeFile } from '../../exporters/compose/compose.ts'
import type { Leases } from '../../exporters/compose/leases.ts'
import type { Observed, Runtime, RuntimeKind, Start } from '../../runtimes/runtime.ts'
import { leasesOf, wantedCompose } from '../compose-file.ts'
import { composeDefinition, localDefinition } from '../definition.ts'
import type { Stack } from '../stack.ts'

/** The leases and the compose file, calculated once for each `up`. */
export interface StackLayout {
  leases: Leases
  /** Only for servers in containers. */
  compose: ComposeFile | undefined
}

/** The layout of the whole project, as of now. */
export function layoutOf({ project }: Stack, runtime: RuntimeKind): StackLayout {
  const holds = project.customers.some(one => one.servers.some(isHeld))
  if (runtime === 'local' && !holds) return { leases: leasesOf(project), compose: undefined }
  const compose = wantedCompose(project)
  return { leases: compose.leases, compose }
}

/** How these servers should run: their ports, definitions and fingerprints as of now. */
export async function desired(
  stack: Stack,
  servers: Server[],
  { layout, runtime, observed }: { layout: StackLayout; runtime: Runtime; observed: Observed },
): Promise<Start[]> {
  const { leases, compose } = layout
  const ports = await runtime.portsFor(servers, { leases: leases.ports, observed })
  return servers.map(server => {
    const key = keyText(keyOf(server))
    const secrets = stack.state.secrets(server)
    const service = runtime.kind === 'docker' || isHeld(server) ? compose : undefined
    return {
      server,
      image: runtime.kind === 'docker' ? compose?.images.get(key) : undefined,
      subnet: runtime.kind === 'docker' ? leases.subnets.get(server.customer) : undefined,
      hostPort: ports.get(key) ?? 0,
      definition: service
        ? composeDefinition(stack.project, server, service)
        : localDefinition(stack.project, server),
      credentials: stack.state.fingerprint(secrets),
      secrets,
      cause: 'create',
    }
  })
}
