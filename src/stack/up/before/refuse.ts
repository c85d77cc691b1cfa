// What `up` refuses to touch.

import { SupportError } from '../../../base/errors.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { keyOf, keyText, type Server } from '../../../config/project.ts'
import type { Observed, Runtime } from '../../../runtimes/runtime.ts'
import { isForeign, type Stack } from '../../stack.ts'

/**
 * Throws `failed` if one of these servers exists in another runtime: one identity would answer from two places. Returns a
 * warning if one could not be looked at.
 */
export async function refuseSecond(
  stack: Stack,
  runtime: Runtime,
  servers: Server[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { runtimes, unchecked } = await stack.runtimes.reachable(servers, signal)
  const others = runtimes.filter(one => one.kind !== runtime.kind)
  for (const other of others) {
    const there = (await other.observe(signal)).servers.filter(one => !isForeign(stack.project, one))
    const twin = there.find(one => servers.some(server => keyText(keyOf(server)) === keyText(one)))
    if (twin)
      throw new SupportError('failed', `${keyText(twin)}: already exists in the ${other.kind} runtime`, {
        hint: `run \`supportmax down ${twin.customer}\`, then start it in the ${runtime.kind} runtime`,
      })
  }
  return unchecked
}

/** Throws `refused` if another configuration uses the same project name: each would take the other's servers for its own. */
export function refuseForeign(stack: Stack, observed: Observed): void {
  const foreign = observed.servers.find(one => isForeign(stack.project, one))
  if (foreign)
    throw new SupportError(
      'refused',
      `project "${stack.project.name}" belongs to ${foreign.configFile}: ${keyText(foreign)} was started from there`,
      {
        hint: `add "project": "another-name" to ${stack.project.file}, or run \`supportmax --config ${shellWord(foreign.configFile)} down\``,
      },
    )
}
