// The text of an answer while it arrives: one entry grows, and becomes two when it gets long.

import { redact, redactGrowing } from '../../base/redact.ts'

interface Entries {
  add(body: unknown): number
  amend(number: number, body: unknown): void
}

/** In characters: longer ones would be written again and again with each piece that arrives. */
const LONG = 4_096

/** Each piece is written when it arrives, but for an end that may be the beginning of a secret: nobody sees that yet. */
export function growingText({ add, amend }: Entries): { add(piece: string): void; end(): void } {
  let number: number | undefined
  let text = ''
  let shown = ''

  function write(next: string): void {
    shown = next
    if (number === undefined) number = add({ text: next })
    else amend(number, { text: next })
  }

  function end(): void {
    if (number !== undefined && shown !== text) write(text)
    number = undefined
    text = ''
  }

  return {
    add(piece) {
      text += piece
      const rest = text.length > LONG ? restOf(text) : text
      if (rest !== text) {
        text = text.slice(0, text.length - rest.length)
        end()
        text = rest
      }
      write(redactGrowing(text))
    },
    end,
  }
}

/** The last lines, unless a secret begins before them. The whole text if there is no such place. */
function restOf(text: string): string {
  const end = text.length - LONG / 2
  const at = text.lastIndexOf('\n', end) + 1
  const [done, rest] = [text.slice(0, at), text.slice(at)]
  return at > 0 && redact(done) + redact(rest) === redact(text) ? rest : text
}
