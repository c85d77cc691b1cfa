import { SupportError } from '../../../base/errors.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import { type MaybeTemplate, packageOf, type Server } from '../../../config/project.ts'
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
      : `it runs ${articleOf(server)} that you have not allowed: ${visible([commandText(server), ...basesText(server)].join(', '))}`
  return { reason, hint: `run \`supportmax trust ${server.customer}\` to see and allow it` }
}

function articleOf(server: Server): string {
  if (packageOf(server)) return 'a package'
  if (!runsImage(server)) return 'a command'
  return commandWithoutDocker(server) === undefined ? 'an image' : 'an image, or without Docker a command,'
}

/** Whether what the project makes it execute is a container image. */
export function runsImage({ image, local }: Pick<Server, 'image' | 'local'>): boolean {
  return image.kind !== 'package' && local?.kind !== 'bridge'
}

/** The images that the project names to build this server's from, as one part of a text; empty without any. */
function basesText({ image }: Pick<Server, 'image'>): string[] {
  const from = image.kind === 'pull' ? undefined : image.from
  return from ? [`built from ${from.join(' and ')}`] : []
}

/**
 * What a server executes, as it would be typed: a command; an image; a package, with its program if that is set; and the
 * arguments.
 */
export function commandText({ image, local, args }: Pick<Server, 'image' | 'local' | 'args'>): string {
  return typed([...programText(image, local), ...args.map(writtenText)])
}

/** What a server executes on this machine where its image cannot run; undefined if that is nothing else. */
export function commandWithoutDocker({ local, args }: Pick<Server, 'local' | 'args'>): string | undefined {
  return local?.kind === 'command' ? typed([...local.command, ...args.map(writtenText)]) : undefined
}

/** As its file has it, with the placeholders that are filled in at the start: they must not hide the rest of the text. */
export function writtenText(text: MaybeTemplate): string {
  return typeof text === 'string' ? text : text.template
}

function typed(words: readonly string[]): string {
  return words.map(shellWord).join(' ')
}

function programText(image: Server['image'], local: Server['local']): string[] {
  if (local?.kind === 'bridge') return [local.command]
  if (image.kind === 'pull') return [image.ref]
  if (image.kind === 'build') return [`supportmax/${image.program}`]
  const { bin } = image.package
  return [packageText(image.package), ...(bin === undefined ? [] : [bin])]
}
