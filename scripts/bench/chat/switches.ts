import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, median, milliseconds, p95 } from '../figure.ts'
import type { ChatWorld } from './world.ts'

const SWITCHES = 30
/** What is drawn when its tools are there. */
const THERE = 'tools, '
/** Until the systems behind the tools were checked, and nothing more is drawn. */
const QUIET_MS = 400

/** From Enter to the tools of a customer that was visited before, with its server at hand. */
export async function switchingFigures(world: ChatWorld): Promise<Figure[]> {
  const terminal = await world.openReady()
  const times: number[] = []
  for (let i = 0; i < SWITCHES + 4; i++) {
    const name = i % 2 ? 'customer-a' : 'customer-b'
    await terminal.timed(`/customer ${name}`, `/customer ${name}`)
    await delay(QUIET_MS)
    const took = await terminal.timed('\r', THERE)
    await delay(QUIET_MS)
    if (i >= 4) times.push(took)
  }
  await terminal.end()
  return [
    {
      what: `a warm switch of customers, Enter to the tools on the screen, p95 of ${SWITCHES}`,
      figure: milliseconds(p95(times)),
      aim: '< 50 ms',
      behind: `median ${milliseconds(median(times))}`,
    },
  ]
}
