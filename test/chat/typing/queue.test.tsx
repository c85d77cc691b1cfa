import { describe, expect, it } from 'vitest'
import type { ModelEvent } from '../../../src/platforms/platform.ts'
import { callTools, say } from '../../helpers/scripted-platform.ts'
import { until } from '../../helpers/until.ts'
import { chat } from '../open-chat.tsx'

const [UP, ESC] = ['\u001b[A', '\u001b']

/** A chat whose first answer waits until it is told to come, or to fail. */
async function waiting() {
  const first = Promise.withResolvers<ModelEvent[]>()
  let asked = 0
  async function* once(): AsyncGenerator<ModelEvent> {
    yield* await first.promise
  }
  const all = chat(() => (asked++ === 0 ? once() : say(`answer ${asked}`)))
  await all.sees('1 tool')
  await all.type('first')
  await all.sees('Esc cancels')
  const questions = () =>
    all.platform.requests.map(({ messages }) => {
      const last = messages.at(-1)
      return last?.role === 'user' ? last.text.split('\n')[0] : last?.role
    })
  const gone = (words: string) => until(`${words} is gone`, () => !all.frame().includes(words))
  const answer = () => first.resolve(say('answer 1'))
  return { ...all, answer, fail: first.reject, questions, gone }
}

describe.concurrent('a line typed while a question is running', () => {
  it('is queued, shown with its customer, and sent after the answer', async () => {
    const { type, sees, answer, questions, frame } = await waiting()
    await type('second')
    await sees('queued for north PROD: second  ↑ edits, Esc drops\nnorth PROD › Enter queues')
    await type('third')
    await sees('queued for north PROD: second\nqueued for north PROD: third  ↑ edits')
    expect(questions()).toEqual(['first'])
    answer()
    await sees('answer 3')
    expect(questions()).toEqual(['first', 'second', 'third'])
    expect(frame()).toMatch(/› first.*\n\nanswer 1[\s\S]*› second.*\n\nanswer 2[\s\S]*› third.*\n\nanswer 3/)
    expect(frame()).not.toContain('queued')
  })

  it('is taken back into the empty prompt with ↑, the last one first', async () => {
    const { type, sees, screen, gone, answer, questions } = await waiting()
    await type('second')
    await sees('queued for north PROD: second')
    await type('third')
    await sees('queued for north PROD: third')
    screen.stdin.write(UP)
    await sees('PROD › third')
    await gone('queued for north PROD: third')
    screen.stdin.write('!\r')
    await sees('queued for north PROD: third!')
    answer()
    await sees('answer 3')
    expect(questions()).toEqual(['first', 'second', 'third!'])
  })

  it('is dropped with Esc before anything is cancelled, and stays in the history', async () => {
    const { type, sees, screen, gone } = await waiting()
    await type('second')
    await sees('queued for north PROD: second')
    screen.stdin.write(ESC)
    await sees('dropped from the queue; ↑ recalls it')
    await gone('queued for')
    await sees('Esc cancels')
    screen.stdin.write(UP)
    await sees('PROD › second')
    screen.stdin.write(ESC)
    await sees('cancelled')
  })

  it('goes back into the prompt when the question is cancelled or fails, before what is typed by then', async () => {
    const { type, sees, screen, questions } = await waiting()
    await type('second')
    await sees('queued for north PROD: second')
    await type('third')
    await sees('queued for north PROD: third')
    screen.stdin.write('more')
    await sees('› more')
    screen.stdin.write('\u0003')
    await sees('not sent, and back in the prompt of north: second')
    await sees('PROD › second\n             third\n             more')
    expect(questions()).toEqual(['first'])

    const failing = await waiting()
    await failing.type('second')
    await failing.sees('queued for north PROD: second')
    failing.fail(new Error('no such model'))
    await failing.sees('not sent, and back in the prompt of north: second')
    await failing.sees('PROD › second')
    expect(failing.questions().filter(one => one === 'second')).toEqual([])
  })

  it('is never sent to another customer, and is in the prompt of its own on return', async () => {
    const { type, sees, answer, questions, frame } = await waiting()
    await type('second')
    await sees('queued for north PROD: second')
    await type('/customer south')
    await sees('── Süd')
    await sees('not sent, and back in the prompt of north: second')
    answer()
    await type('for south')
    await sees('answer 2')
    expect(frame()).not.toContain('queued')
    await type('/customer north')
    await sees('north PROD › second')
    expect(questions()).toEqual(['first', 'for south'])
  })

  it('keeps its pasted block', async () => {
    const { screen, sees, answer, platform } = await waiting()
    screen.stdin.write('\u001b[200~one\ntwo\u001b[201~')
    await sees('[pasted #1: 2 lines]')
    screen.stdin.write('\r')
    await sees('queued for north PROD: [pasted #1: 2 lines]')
    screen.stdin.write(UP)
    await sees('PROD › [pasted #1: 2 lines]')
    screen.stdin.write('\r')
    await sees('queued for')
    answer()
    await sees('answer 2')
    expect(platform.requests[1]?.messages.at(-1)).toMatchObject({
      text: expect.stringMatching(/^one\ntwo\n/),
    })
  })

  it('runs at once if it is a command, unless that must wait', async () => {
    const { type, sees, answer, questions } = await waiting()
    await type('/status')
    await sees('s  ready  1 tool')
    await type('/critical really?')
    await sees('queued for north PROD: /critical really?')
    await type('/reload')
    await sees('queued for north PROD: /reload')
    expect(questions()).toEqual(['first'])
    answer()
    await sees('answer 2')
    await sees('read mcp_servers.json again')
  })

  it('a yes is no first question: the call that it was for has ended with a switch', async () => {
    const { sees, type, platform } = chat(() => say('fine'))
    await sees('1 tool')
    await type('/customer south')
    await sees('── Süd')
    await type('y')
    await sees('not sent: no call waits for "y"')
    expect(platform.requests).toEqual([])
  })

  it('is no answer to a call that is not there', async () => {
    const { type, sees, frame } = await waiting()
    await type('y')
    await sees('not sent: no call waits for "y"')
    expect(frame()).not.toContain('queued')
  })
})

it('nothing is queued while a call waits for an approval', async () => {
  const { type, sees, screen, frame } = chat(() => callTools(['s__write', { a: 1 }]))
  await sees('1 tool')
  await type('do it')
  await sees('Allow this on')
  screen.stdin.write('why\r')
  await sees('not sent: a call waits for your approval')
  expect(frame()).toContain('PROD › why')
})
