import { SupportError } from '../../../base/errors.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import { packageOf, type Server } from '../../../config/project.ts'
import { packageText } from '../../../packages/spec.ts'
import type { Obstacle } from '../../../runtimes/runtime.ts'
import type { Consent, ConsentFile } from '../../state/consent.ts'

/** Why this server must not be started yet: it runs what nobody has allowed. */
export function consentObstacle(consent: ConsentFile, server: Server): Obstacle | undefined {
  try {
    return obstacleOf(consent.of(server), server)
  } catch (error) {
    // A file that cannot be read allows nothing, and keeps nothing else from starting.
    if (!(error instanceof SupportError)) throw error
    return { reason: error.message, hint: error.hint ?? '' }
  }
}

function obstacleOf(answer: Consent, server: Server): Obstacle | undefined {
  if (answer === 'not-needed' || answer === 'allowed') return undefined
  const reason =
    answer === 'changed'
      ? 'what it runs has changed since you allowed it'
      : `it runs a ${packageOf(server) ? 'package' : 'command'} that you have not allowed: ${visible(commandText(server))}`
  return { reason, hint: `run \`supportmax trust ${server.customer}\` to see and allow it` }
}

/** The command of a server as it would be typed; of a package, its name, its program, if that is set, and the arguments. */
export function commandText({ local, args }: Pick<Server, 'local' | 'args'>): string {
  const command =
    local?.kind === 'bridge'
      ? [local.command]
      : local?.kind === 'package'
        ? [packageText(local.package), ...(local.package.bin === undefined ? [] : [local.package.bin])]
        : []
  return [...command, ...args.filter(arg => typeof arg === 'string')].map(shellWord).join(' ')
}
