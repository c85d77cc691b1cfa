import { TIMEOUTS } from '../../base/timeouts.ts'
import { pause } from '../../base/waiting/wait.ts'
import { keyOf, type Server } from '../../config/project.ts'
import { credentialNames } from '../../config/resolve/shared.ts'
import { lookAt } from '../look/look.ts'
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
  let before = printsOf(stack, servers)
  const known = new Map(before)
  for (const one of await outdatedOf(stack, servers, signal)) known.delete(one)
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

/** Those that run with an older value: it may have changed while `up` was still waiting for them. */
async function outdatedOf(stack: Stack, servers: readonly Server[], signal: AbortSignal): Promise<Server[]> {
  const customers = stack.project.customers.filter(one => servers.some(({ customer }) => customer === one.id))
  // What cannot be seen now counts as current.
  const look = await lookAt(stack, customers, signal).catch(() => undefined)
  return servers.filter(server => {
    const found = look?.sight.find(keyOf(server))
    return found && look?.factsOf(server, found).drift?.kind === 'credential'
  })
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
