import { SupportError } from '../../base/errors.ts'
import { lookAround } from '../../stack/look/sight.ts'
import type { Stack } from '../../stack/stack.ts'
import { isForeign } from '../../stack/stack.ts'

/** The servers of a customer that run now, by name, and a warning if that could not be seen. */
export async function runningServers(
  stack: Stack,
  customer: string,
  signal: AbortSignal,
): Promise<{ names: string[]; unchecked: string | undefined }> {
  try {
    const { all, unchecked } = await lookAround(stack, [], signal)
    const servers = all.flatMap(({ observed }) => observed.servers)
    const own = servers.filter(one => one.customer === customer && !isForeign(stack.project, one))
    const running = own.filter(one => one.life === 'running')
    return { names: running.map(one => one.server), unchecked }
  } catch (error) {
    if (!(error instanceof SupportError) || signal.aborted) throw error
    return { names: [], unchecked: error.message }
  }
}
