// Widths on a terminal, where 東 takes two columns and a combining accent none. Ink draws with the same libraries, so
// it agrees with these widths.

import { createRequire } from 'node:module'
import type truncate from 'cli-truncate'
import type stringWidth from 'string-width'
import type wrapAnsi from 'wrap-ansi'

/** Their tables take 20 ms to build, so they are loaded for the first text that needs them. The build bundles them. */
const require = createRequire(import.meta.url)
const library = {
  width: () => (require('string-width') as { default: typeof stringWidth }).default,
  truncate: () => (require('cli-truncate') as { default: typeof truncate }).default,
  wrap: () => (require('wrap-ansi') as { default: typeof wrapAnsi }).default,
}

/** ASCII, Latin letters, and the punctuation, lines, blocks and braille dots that we print: one column each. */
const NARROW =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u259f\u2713\u2717\u2800-\u28ff]*$/
const COLOURS = /\u001b\[[\d;:]*m/g

/** How many columns of a terminal a text takes; escape sequences take none. */
export function columnsOf(text: string): number {
  const plain = text.includes('\u001b') ? text.replace(COLOURS, '') : text
  return NARROW.test(plain) ? plain.length : library.width()(text)
}

/** Pads `text` with spaces to `width` columns; `side` is where the text goes. A longer text is unchanged. */
export function padded(text: string, width: number, side: 'start' | 'end' = 'start'): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(text)))
  return side === 'start' ? text + space : space + text
}

/** `text` in at most `width` columns, with an ellipsis where (`position`) it was cut. Escape sequences stay whole. */
export function cut(text: string, width: number, position: 'start' | 'end' = 'end'): string {
  return columnsOf(text) <= width ? text : library.truncate()(text, Math.max(1, width), { position })
}

/**
 * `text` broken at spaces into lines of at most `width` columns; lines after a paragraph's first are indented by
 * `hang` spaces. Words that fit on no line, such as addresses, are broken only with `long: 'cut'`.
 */
export function wrapped(
  text: string,
  width: number,
  { hang = 0, long = 'whole' }: { hang?: number; long?: 'whole' | 'cut' } = {},
): string {
  const indent = ' '.repeat(hang)
  return text
    .split('\n')
    .map(line => {
      const [, own = '', rest = ''] = /^(\s*)([\s\S]*)$/.exec(line) ?? []
      const room = Math.max(8, width - own.length - hang)
      const lines = library
        .wrap()(rest, room, { hard: long === 'cut', trim: true })
        .split('\n')
      return lines.map((one, at) => own + (at === 0 ? '' : indent) + one).join('\n')
    })
    .join('\n')
}
