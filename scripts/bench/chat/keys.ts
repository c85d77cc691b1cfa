import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, median, milliseconds, p95 } from '../figure.ts'
import type { TimedTerminal } from './terminal.ts'
import { type ChatWorld, FREE, linesOf } from './world.ts'

const KEYS = 300
const WARM_UP = 60
/** Between two keys of a fast typist. */
const PAUSE_MS = 60
const LETTERS = [...'qzvkxjw']

/** A key press until its letter is on the screen, after a long and after a short history. */
export async function keyFigures(world: ChatWorld): Promise<Figure[]> {
  const chats = [await withHistory(world, 10_000), await withHistory(world, 100)] as const
  const times: [number[], number[]] = [[], []]
  for (let key = 0; key < WARM_UP + KEYS; key++)
    for (const at of [0, 1] as const) {
      const took = await press(chats[at], key)
      if (key >= WARM_UP) times[at].push(took)
    }
  for (const chat of chats) await chat.end()
  const [long, short] = [p95(times[0]), p95(times[1])]
  const behind = `medians ${milliseconds(median(times[0]))} : ${milliseconds(median(times[1]))}`
  return [
    {
      what: `key press to screen at 10,000 lines of history, p95 of ${KEYS}`,
      figure: milliseconds(long),
      aim: '< 16 ms',
      behind,
    },
    {
      what: 'key press to screen, p95, 10,000 lines : 100 lines of history',
      figure: (long / short).toFixed(2),
      aim: '<= 1.5',
      behind: `${milliseconds(long)} : ${milliseconds(short)}; ${behind}`,
    },
  ]
}

async function withHistory(world: ChatWorld, lines: number): Promise<TimedTerminal> {
  const terminal = await world.openReady()
  const each = Math.min(lines, 500)
  world.answers({ text: linesOf(each), chunk: 2_000 })
  for (let asked = 0; asked < lines; asked += each) await terminal.timed('more?\r', FREE)
  return terminal
}

/** Empties the line before it fills a row. */
async function press(terminal: TimedTerminal, key: number): Promise<number> {
  if (key > 0 && key % 40 === 0) await terminal.timed('\u0015', FREE)
  await delay(PAUSE_MS)
  const letter = LETTERS[key % LETTERS.length] ?? 'q'
  return terminal.timed(letter, letter)
}
