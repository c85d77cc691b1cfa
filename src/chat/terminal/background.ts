// Whether the terminal is dark or light.
// Source: invisible-island.net/xterm/ctlseqs, OSC 11. A terminal that does not know the question ignores it.

import { inputWith } from './input.ts'

const WHICH_BACKGROUND = '\u001b]11;?\u0007'
const ANSWER = /\u001b\]11;rgba?:([\da-f]+)\/([\da-f]+)\/([\da-f]+)[^\u0007\u001b]*(?:\u0007|\u001b\\)/i
/** An answer that comes in two parts. Nothing that a person types, such as Ctrl+C, may wait for an end that never comes. */
const BEGUN = /\u001b\](?:1(?:1(?:;[rgba:\da-f/]{0,40}\u001b?)?)?)?$/i
/** An answer without its end. */
const BROKEN = /\u001b\]11;[rgba:\da-f/]{0,40}/gi

/** From here on black is read more easily on it than white. Source: w3.org/TR/WCAG22, relative luminance. */
const LIGHT_FROM = 0.179

/** @param rgb hexadecimal, of any length */
export function backgroundOf(rgb: readonly [string, string, string]): 'dark' | 'light' {
  const [red, green, blue] = rgb.map(text => linear(Number.parseInt(text, 16) / (16 ** text.length - 1)))
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
  return luminance >= LIGHT_FROM ? 'light' : 'dark'
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/**
 * Asks the terminal for its background as soon as it is in raw mode: before that, the answer would be echoed. Returns the
 * terminal for others to read, without the answer.
 */
export function askBackground(
  stdin: NodeJS.ReadStream,
  stdout: Pick<NodeJS.WriteStream, 'write'>,
  answered: (background: 'dark' | 'light') => void,
): NodeJS.ReadStream {
  let state: 'new' | 'asked' | 'answered' = 'new'
  let begun = ''

  function read(size?: number): unknown {
    const chunk: unknown = stdin.read(size)
    if (typeof chunk !== 'string' || state !== 'asked') return chunk
    const text = begun + chunk
    const [answer, red, green, blue] = ANSWER.exec(text) ?? []
    if (answer !== undefined && red && green && blue) {
      state = 'answered'
      answered(backgroundOf([red, green, blue]))
      begun = ''
      return text.replace(answer, '') || read(size)
    }
    begun = BEGUN.exec(text)?.[0] ?? ''
    return text.slice(0, text.length - begun.length).replace(BROKEN, '') || read(size)
  }

  function setRawMode(isRaw: boolean): NodeJS.ReadStream {
    stdin.setRawMode(isRaw)
    if (isRaw && state === 'new') {
      state = 'asked'
      stdout.write(WHICH_BACKGROUND)
    }
    return stdin
  }

  return inputWith(stdin, { read, setRawMode })
}
