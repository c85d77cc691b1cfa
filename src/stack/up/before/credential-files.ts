import { statSync } from 'node:fs'
import { shellWord } from '../../../base/text/shell-word.ts'
import { credentialFiles } from '../../../config/launch.ts'
import type { Server } from '../../../config/project.ts'
import type { Obstacle, RuntimeKind } from '../../../runtimes/runtime.ts'
import type { Stack } from '../../stack.ts'

/** Why a server must not be started that reads its credentials from files itself. */
export function credentialFileObstacle(
  { credentials }: Pick<Stack, 'credentials'>,
  server: Server,
  runtime: RuntimeKind,
): Obstacle | undefined {
  for (const { credential, source } of credentialFiles(server)) {
    // It would run with another value than the one that everything else uses.
    const { place, ...found } = credentials.find(credential)
    if (found.state === 'found' && found.source !== 'file')
      return {
        reason: `${credential} has a value in ${place === 'environment' ? 'the environment' : place}, but the server itself reads ${source}`,
        hint: `remove ${credential} there, or its "file" from "secrets"`,
      }
    if (runtime === 'docker' && !isReadableInContainer(source))
      return {
        reason: `${source} cannot be read by the container's user (uid ${CONTAINER_USER})`,
        hint: `run \`chown ${CONTAINER_USER} ${shellWord(source)}\`, then \`supportmax up ${server.customer}\``,
      }
  }
  return undefined
}

/** As the compose file says. */
const CONTAINER_USER = 1000

function isReadableInContainer(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return false
  const { uid, gid, mode } = found
  const bit = uid === CONTAINER_USER ? 0o400 : gid === CONTAINER_USER ? 0o040 : 0o004
  return (mode & bit) !== 0
}
