import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, median } from '../figure.ts'
import type { TimedTerminal } from './terminal.ts'
import { type ChatWorld, FREE, linesOf } from './world.ts'

const FEW = 50
const MANY = 500
/** Then V8 has collected what is garbage. */
const REST_MS = 20_000

/** A chat after many questions, and after few. */
export async function memoryFigures(world: ChatWorld): Promise<Figure[]> {
  const terminal = await world.openReady()
  world.answers({ text: linesOf(20), chunk: 200 })
  const asked = async (count: number) => {
    for (let i = 0; i < count; i++) await terminal.timed('and now?\r', FREE)
    const busy = terminal.megabytes()
    await delay(REST_MS)
    return { busy, rested: await settled(terminal) }
  }
  const few = await asked(FEW)
  const many = await asked(MANY - FEW)
  await terminal.end()
  return [
    {
      what: `memory of a chat at rest after ${MANY} questions : after ${FEW}`,
      figure: (many.rested / few.rested).toFixed(2),
      aim: '<= 1.25: their texts, of 1 kB each, are kept several times, and the compiled code grows',
      behind: `${many.rested.toFixed(0)} MiB : ${few.rested.toFixed(0)} MiB; right after the last answer ${many.busy.toFixed(0)} MiB : ${few.busy.toFixed(0)} MiB, as V8 collects what is garbage when there is time`,
    },
  ]
}

/** In MiB; of a program where nothing happens. */
export async function settled(terminal: Pick<TimedTerminal, 'megabytes'>): Promise<number> {
  const samples: number[] = []
  for (let i = 0; i < 10; i++) {
    await delay(300)
    samples.push(terminal.megabytes())
  }
  return median(samples)
}
