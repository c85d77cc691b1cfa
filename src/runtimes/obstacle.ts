import { reasonOf, SupportError } from '../base/errors.ts'
import { oneLine } from '../base/text/words.ts'
import { keyOf, keyText, type Server } from '../config/project.ts'
import type { Obstacle, PrepareOptions } from './runtime.ts'

/**
 * The obstacle that `look` finds for one server. If `look` throws, that becomes an obstacle of this server only, unless
 * it concerns all servers (an engine that does not answer, an abort): then it is thrown.
 */
export async function obstacleFor(
  server: Server,
  { signal }: PrepareOptions,
  look: () => Promise<Obstacle | undefined>,
): Promise<Obstacle | undefined> {
  try {
    return await look()
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof SupportError) throw error
    return { reason: oneLine(reasonOf(error)), hint: `check ${keyText(keyOf(server))} in the configuration` }
  }
}
