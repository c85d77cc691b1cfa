import type { Figure } from '../figure.ts'
import { type ChatWorld, FREE, linesOf } from './world.ts'

const LINES = 150
const TOKEN = { chunk: 4, delay: { between: 10 } }

/** What the chat writes while an answer arrives as from a fast model: a hundred tokens a second. */
export async function byteFigures(world: ChatWorld): Promise<Figure[]> {
  const terminal = await world.openReady()
  const text = linesOf(LINES)
  world.answers({ text, ...TOKEN })
  const before = terminal.bytes()
  const took = await terminal.timed('more?\r', FREE)
  const written = terminal.bytes() - before
  await terminal.end()
  const tokens = text.length / TOKEN.chunk
  return [
    {
      what: 'bytes written to the terminal while an answer arrives : bytes of its text',
      figure: (written / text.length).toFixed(1),
      aim: `<= ${MOST}: a fast model then needs less than 8 kB/s, as slow connections have`,
      behind: `${written} : ${text.length}; ${(written / tokens).toFixed(0)} bytes a token, ${(written / took).toFixed(1)} kB/s at ${((tokens / took) * 1_000).toFixed(0)} tokens/s`,
    },
  ]
}

const MOST = 20
