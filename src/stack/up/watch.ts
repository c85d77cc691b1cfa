import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause } from '../../base/waiting/wait.ts'
import type { Server } from '../../config/project.ts'
import { credentialNames } from '../../config/resolve/shared.ts'
import { missingOf, type Stack } from '../stack.ts'

export interface WatchOptions {
  servers: readonly Server[]
  /** Called with the servers whose credentials have changed. One call at a time; false: try them again later. */
  onChange(changed: Server[]): Promise<boolean>
  signal: AbortSignal
}

/**
 * Looks for changed values of credentials until the signal fires: in files a few times a second, in other sources whenever
 * the time for which their values are kept has ended.
 */
export async function watchCredentials(
  stack: Stack,
  { servers, onChange, signal }: WatchOptions,
): Promise<void> {
  const names = servers.flatMap(credentialNames)
  const known = printsOf(stack, servers)
  let before = known
  while (await paused(TIMEOUTS.credentialLook, signal)) {
    // Not awaited: a slow source must not delay the others. Its value counts from the look after it came.
    stack.credentials.load(names, signal).catch(() => {})
    const now = printsOf(stack, servers)
    // Seen twice: the file may be in the middle of being written.
    const changed = servers.filter(one => now.get(one) !== known.get(one) && now.get(one) === before.get(one))
    before = new Map(now)
    if (changed.length === 0) continue
    if (await onChange([...changed])) for (const one of changed) known.set(one, now.get(one) ?? '')
    else if (!(await paused(TIMEOUTS.watchRetry, signal))) return
  }
}

/** A keyed hash of each server's values, or the names of those that are missing. */
function printsOf(stack: Stack, servers: readonly Server[]): Map<Server, string> {
  return new Map(
    servers.map(server => {
      const missing = missingOf(stack, server)
      const print = stack.state.fingerprint(stack.state.secrets(server))
      return [server, missing.length > 0 ? `without ${missing}` : print]
    }),
  )
}

/** False when the signal has fired. */
async function paused(ms: number, signal: AbortSignal): Promise<boolean> {
  return pause(ms, signal).then(
    () => true,
    () => false,
  )
}
