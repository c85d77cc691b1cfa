import { expect, it } from 'vitest'
import type { ModelEvent } from '../../../src/platforms/platform.ts'
import { type Script, say } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { chat } from '../open-chat.tsx'

const ESC = '\u001b'
const CTRL_C = '\u0003'
const never = () => new Promise<never>(() => {})

/** Answers questions, and never writes the handover. */
function slowHandover(signals: AbortSignal[]): Script {
  return (request, signal) => {
    if (request.system !== 'hand over') return say('all is well')
    signals.push(signal)
    return (async function* (): AsyncGenerator<ModelEvent> {
      yield await never()
    })()
  }
}

for (const [name, key] of [
  ['Esc', ESC],
  ['Ctrl+C', CTRL_C],
] as const)
  it(`${name} stops /handover, and the request to the model`, async () => {
    const signals: AbortSignal[] = []
    const { sees, type, screen, pages, controller } = chat(slowHandover(signals), { handover: 'hand over' })
    await sees('1 tool')
    await type('how is it?')
    await sees('all is well')
    await type('/handover')
    await until('the request', () => signals.length === 1)
    screen.stdin.write(key)
    await sees('/handover was stopped')
    expect(signals[0]?.aborted).toBe(true)
    expect(pages).toEqual([])
    expect(controller.cancel()).toBe(false)
  })

it('Esc cancels the question first, and then a command that waits', async () => {
  const signals: AbortSignal[] = []
  const { sees, type, screen, frame } = chat(
    (request, signal) =>
      request.messages.length > 1 && request.system !== 'hand over'
        ? (async function* (): AsyncGenerator<ModelEvent> {
            yield await never()
          })()
        : (slowHandover(signals)(request, signal) as ModelEvent[]),
    { handover: 'hand over' },
  )
  await sees('1 tool')
  await type('how is it?')
  await sees('all is well')
  await type('/handover')
  await sees('asking the model for the next checks… (Esc stops)')
  await type('and now?')
  await sees('waiting for the model')
  screen.stdin.write(ESC)
  await sees('cancelled')
  expect(frame()).not.toContain('/handover was stopped')
  screen.stdin.write(ESC)
  await sees('/handover was stopped')
})

it('Esc stops /status and /up, also if what they wait for does not', async () => {
  const signals: AbortSignal[] = []
  const { sees, type, screen } = chat(
    () => say('fine'),
    {},
    {
      up(_customer, _say, signal) {
        signals.push(signal)
        return never()
      },
      status(_customer, signal) {
        signals.push(signal)
        return signals.length === 1 ? Promise.resolve([]) : never()
      },
    },
  )
  await sees('1 tool')
  for (const name of ['/up', '/status']) {
    const before = signals.length
    await type(name)
    await until(`${name} waits`, () => signals.length > before)
    screen.stdin.write(ESC)
    await sees(`${name} was stopped`)
    expect(signals.at(-1)?.aborted).toBe(true)
  }
})
