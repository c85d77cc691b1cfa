import type Dockerode from 'dockerode'
import { keyOf, keyText, type ServerKey } from '../../config/project.ts'
import type { Outcome, Start } from '../runtime.ts'
import { observedNetworks } from './look/observe.ts'

/** Why compose did not start a server, in the engine's words or in clearer ones for known errors, with a hint. */
export async function refusal(
  context: { engine: Dockerode; project: string },
  { server, subnet }: Start,
  reason: string,
  signal?: AbortSignal,
): Promise<Outcome> {
  const key = keyOf(server)
  const networks = /overlap/i.test(reason)
    ? await observedNetworks(context.engine, context.project, signal)
    : []
  const holder = networks.find(
    one => one.customer !== key.customer && subnet !== undefined && one.subnets.includes(subnet),
  )
  if (holder === undefined) return { key, ok: false, reason, hint: hintFor(key, reason) }
  return {
    key,
    ok: false,
    reason: `customer ${holder.customer}, which was removed from the configuration or moved, still holds its network ${subnet}`,
    hint: 'run `supportmax up` without names (it removes what is no longer configured), or `supportmax down`',
  }
}

function hintFor(key: ServerKey, reason: string): string {
  if (/overlap|could not find an available|address pool/i.test(reason))
    return 'set another "network_pool" in the configuration, then run `supportmax compose generate`'
  if (/port is already allocated|address already in use/i.test(reason))
    return `free the port, or set another "port" for ${keyText(key)}`
  if (/container-init binary not found/i.test(reason))
    return 'install the package "catatonit", which is Podman\'s init, then run `supportmax up` again'
  if (/no such image|not found locally/i.test(reason))
    return 'run `supportmax images build`, or `supportmax up --pull`'
  return `run \`supportmax logs ${key.customer} ${key.server}\``
}
