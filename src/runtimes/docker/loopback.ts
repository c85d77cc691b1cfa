import { problemText } from '../../config/document/problems.ts'
import type { Server } from '../../config/project.ts'
import type { Obstacle } from '../runtime.ts'

/** The first address in the server's settings that a container cannot reach, with its place in the configuration. */
export function loopbackObstacle({ loopback: [first] }: Pick<Server, 'loopback'>): Obstacle | undefined {
  if (!first) return undefined
  return { reason: problemText({ ...first, hint: undefined }), hint: first.hint ?? '' }
}
