import { columnsOf, wrapped } from '../../base/text/columns.ts'

/**
 * Wraps a sentence like `wrapped`, but never inside `backticks`: a command must stay in one piece to be copied. With
 * `long: 'cut'`, a command that fits on no line is broken at its spaces.
 */
export function wrappedProse(
  text: string,
  width: number,
  options: { hang?: number; long?: 'whole' | 'cut' } = {},
): string {
  const room = options.long === 'cut' ? width - (/^ */.exec(text)?.[0].length ?? 0) : Number.POSITIVE_INFINITY
  const glued = text.replace(/`[^`\n]*`/g, command =>
    columnsOf(command) > room ? command : command.replaceAll(' ', '\u00a0'),
  )
  return wrapped(glued, width, options).replaceAll('\u00a0', ' ')
}
