import { afterEach, describe, expect, it, vi } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { openHold } from '../../src/chat/asking/hold.ts'
import { say } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'
import { chat } from './open-chat.tsx'

afterEach(() => vi.useRealTimers())

describe('after a switch that did not happen', () => {
  it('a question is kept until it is sent again by somebody who has stopped typing', () => {
    vi.useFakeTimers()
    const hold = openHold()
    expect(hold.keeps('why?')).toBe(false)
    hold.begin()
    expect(hold.keeps('why?')).toBe(true)
    vi.advanceTimersByTime(TIMEOUTS.dialogQuiet - 1)
    hold.typed()
    vi.advanceTimersByTime(TIMEOUTS.dialogQuiet - 1)
    // Enter twice in a row proves nothing, and neither does other text.
    expect(hold.keeps('why?')).toBe(true)
    vi.advanceTimersByTime(2)
    expect(hold.keeps('why? and?')).toBe(true)
    vi.advanceTimersByTime(TIMEOUTS.dialogQuiet + 1)
    hold.typed()
    expect(hold.keeps('why? and?')).toBe(false)
    expect(hold.keeps('next')).toBe(false)
  })

  it('a question is sent at once when the switch then happened', () => {
    const hold = openHold()
    hold.begin()
    expect(hold.keeps('why?')).toBe(true)
    hold.end()
    expect(hold.keeps('why?')).toBe(false)
  })
})

describe.concurrent('typing ahead', () => {
  it.each([
    '/customer nobody',
    '/custmer south',
    '/Custmer: south',
    'customer south',
    'switch to south',
    'south',
  ])('of the news that %j switched to nobody sends nothing to the old customer', async line => {
    const { screen, sees, controller, platform } = chat(() => say('fine'))
    await sees('1 tool')
    for (const keys of [line, '\r', 'drop it?', '\r', 'now?', '\r', '\r']) screen.stdin.write(keys)
    await sees('› drop it?now?')
    await sees('not sent: this chat is still with Nordwind PROD; press Enter again to ask Nordwind PROD')
    expect(platform.requests).toEqual([])
    await until('it is sent', () => controller.submit('drop it?now?') === undefined)
    await sees('fine')
  })

  it('of a switch that fails while it connects sends nothing to the old customer', async () => {
    const failing = Promise.withResolvers<never>()
    const { screen, sees, type, controller, frame, platform } = chat(
      () => say('fine'),
      {},
      {},
      id => (id === 'south' ? failing.promise : undefined),
    )
    await sees('1 tool')
    await type('/customer south')
    await sees('connecting to Süd')
    await type('first?')
    await sees('› first?')
    failing.reject(new SupportError('missing', 'Docker does not respond', { hint: 'run `docker info`' }))
    await sees('Süd: Docker does not respond')
    await sees('not sent: the question was for south, but the chat is with north now')
    await type('second?')
    await sees('not sent: this chat is still with Nordwind PROD')
    expect(platform.requests).toEqual([])
    screen.stdin.write('\u0015')
    controller.submit('/customer tepco')
    await sees('tepco PROD ›')
    await type('third?')
    await sees('fine')
    expect(frame()).toContain('tepco PROD › third?')
  })

  it('is no reason to keep a question when the first customer could not be reached', async () => {
    const toolsetFor = async () => {
      throw new SupportError('missing', 'Docker does not respond')
    }
    const { sees, type } = chat(() => say('fine'), { toolsetFor })
    await sees('Nordwind: Docker does not respond')
    await type('why?')
    await sees('not sent: not connected to north')
  })

  it('of /critical is kept as well', async () => {
    const { sees, type, platform } = chat(() => say('fine'))
    await sees('1 tool')
    await type('/customer nobody')
    await type('/critical drop it?')
    await sees('not sent: this chat is still with Nordwind PROD')
    expect(platform.requests).toEqual([])
  })
})
