import { commandName } from '../../base/package-root.ts'
import { wrapped } from '../../base/text/columns.ts'

/** Commands in backticks as they are typed here: `supportmax up` becomes `./bin/supportmax.js up` in a checkout. */
export function asTyped(text: string, command = commandName()): string {
  return text.replace(/`supportmax(?=[ `])/g, () => `\`${command}`)
}

/** Wraps a sentence like `wrapped`, but never inside `backticks`: a command must stay in one piece to be copied. */
export function wrappedProse(
  text: string,
  width: number,
  options: { hang?: number; long?: 'whole' | 'cut' } = {},
): string {
  const glued = text.replace(/`[^`\n]*`/g, command => command.replaceAll(' ', '\u00a0'))
  return wrapped(glued, width, options).replaceAll('\u00a0', ' ')
}
