import { wrapped } from '../../base/text/columns.ts'

/** Wraps a sentence like `wrapped`, but never inside `backticks`: a command must stay in one piece to be copied. */
export function wrappedProse(
  text: string,
  width: number,
  options: { hang?: number; long?: 'whole' | 'cut' } = {},
): string {
  const glued = text.replace(/`[^`\n]*`/g, command => command.replaceAll(' ', '\u00a0'))
  return wrapped(glued, width, options).replaceAll('\u00a0', ' ')
}
