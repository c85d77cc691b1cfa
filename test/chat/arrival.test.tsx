import { describe, expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import type { StatusLine } from '../../src/chat/commands/command.ts'
import { reduce } from '../../src/chat/view/reduce.ts'
import { type ChatEvent, firstView } from '../../src/chat/view/view.ts'
import { noPlatformWork } from '../helpers/platforms.ts'
import { say } from '../helpers/scripted-platform.ts'
import { chat } from './open-chat.tsx'

const DEGRADED: StatusLine = {
  server: 's',
  state: 'degraded',
  reason: 'test call failed: HTTP 401: no such tenant',
  hint: 'check the credentials of south/s, then run `supportmax up south`',
}
const READY: StatusLine = { server: 's', state: 'ready', reason: '1 tool', hint: '' }
const OPEN_DOOR: StatusLine = {
  ...READY,
  reason: '1 tool; the image own/am:1 does not check its token: every program of this machine can use it',
  hint: 'use an image that rejects requests without its token',
}

/** The chat with one server whose state is this, by customer. */
const chatWith = (stateOf: (id: string) => Promise<StatusLine[]>) =>
  chat(() => say('fine'), {}, { status: ({ id }) => stateOf(id) })

describe.concurrent('on arrival at a customer', () => {
  it('a server that offers tools but is not ready is named, with the next step', async () => {
    const { sees, type, frame } = chatWith(async id => [id === 'south' ? DEGRADED : READY])
    await sees('1 tool')
    expect(frame()).not.toContain('degraded')
    await type('/customer south')
    await sees('s is degraded: test call failed: HTTP 401: no such tenant')
    await sees('check the credentials of south/s, then run `/up`')
  })

  it('a server that is ready with a warning is named in one line, with the next step', async () => {
    const { sees, type } = chatWith(async id => [id === 'south' ? OPEN_DOOR : READY])
    await sees('1 tool')
    await type('/customer south')
    await sees('s: 1 tool; the image own/am:1 does not check its token')
    await sees('use an image that rejects requests without its token')
  })

  it('it is named on the first opening, before and after a question', async () => {
    const answer = Promise.withResolvers<StatusLine[]>()
    const { sees, type, frame } = chatWith(() => answer.promise)
    await sees('1 tool; checking the systems behind them…')
    await type('why?')
    await sees('fine')
    expect(frame()).toMatch(/\n1 tool\n\nnorth PROD › why\?/)
    answer.resolve([DEGRADED])
    await sees('s is degraded: test call failed')
    expect(frame().match(/1 tool/g)).toHaveLength(1)
  })

  it('the states of a customer that was left are not shown', async () => {
    const first = Promise.withResolvers<StatusLine[]>()
    const { sees, type, frame } = chatWith(id => (id === 'north' ? first.promise : Promise.resolve([READY])))
    await sees('checking')
    await type('/customer south')
    await sees('south ›')
    first.resolve([DEGRADED])
    await type('why?')
    await sees('fine')
    expect(frame()).not.toContain('degraded')
  })

  it('servers whose state cannot be had are said to be unchecked', async () => {
    const { sees } = chatWith(async () => {
      throw new SupportError('missing', 'Docker does not respond', { hint: 'run `docker info`' })
    })
    await sees('servers not checked: Docker does not respond')
    await sees('run `docker info`')
  })

  it('/status shows the same', async () => {
    const { sees, type } = chatWith(async () => [DEGRADED])
    await sees('s is degraded')
    await type('/status')
    await sees('s  degraded  test call failed: HTTP 401: no such tenant')
  })

  it('a chat that no model platform can answer says so, and names the keys', async () => {
    const check = (id: string) => {
      const hint = 'put OPENAI_API_KEY into the credentials file, or use `--platform demo`'
      if (id === 'north')
        throw new SupportError('no-platform', 'no model platform is ready: no key is set', { hint })
    }
    const platforms = { ...noPlatformWork(), check }
    const { sees, controller, frame } = chat(() => say('x'), {}, { platforms })
    await sees('no model platform is ready: no key is set')
    await sees('put OPENAI_API_KEY into the credentials file, or use `/platform demo`')
    controller.submit('/customer south')
    await sees('south ›')
    await sees('1 tool')
    controller.submit('/customer north')
    await sees('north PROD ›')
    expect(frame().match(/no key is set/g)).toHaveLength(2)
  })
})

describe('the number of tools', () => {
  const north = { id: 'north', name: 'Nordwind', production: true, access: 'read-only' } as const
  const tones = (...events: ChatEvent[]) =>
    events
      .reduce(reduce, firstView(north))
      .finished.flatMap(item => (item.kind === 'note' ? [`${item.tone} ${item.text}`] : []))
  const published = (missing: StatusLine[] = [], tools = 7): ChatEvent => {
    return { type: 'published', customer: 'north', toolset: { servers: 2, tools, withheld: 2, missing } }
  }
  const checked = (...troubled: StatusLine[]): ChatEvent => ({ type: 'checked', customer: 'north', troubled })

  it('is green only when every server is ready', () => {
    expect(tones(published())).toEqual([])
    expect(tones(published(), checked())).toEqual(['good 7 tools, 2 withheld'])
    expect(tones(published(), checked(DEGRADED))).toEqual([
      'warn 7 tools, 2 withheld',
      'warn s is degraded: test call failed: HTTP 401: no such tenant',
    ])
    expect(tones(published(), checked(OPEN_DOOR))).toEqual([
      'warn 7 tools, 2 withheld',
      `warn s: ${OPEN_DOOR.reason}`,
    ])
    expect(tones(published([], 0), checked())).toEqual(['warn 0 tools, 2 withheld'])
  })

  it('comes with the way to the reason when all tools are withheld', () => {
    const notes = [published([], 0)].reduce(reduce, firstView(north)).finished
    expect(notes).toContainEqual(
      expect.objectContaining({
        text: '0 tools, 2 withheld',
        hint: 'run `/tools` to see why they are withheld',
      }),
    )
  })

  it.each([
    ['stopped', 'warn'],
    ['starting', 'quiet'],
    ['unhealthy', 'bad'],
    ['auth_required', 'bad'],
    ['missing_credentials', 'bad'],
    ['crash_loop', 'bad'],
  ])('stands above a server that is %s, in the tone %s', (state, tone) => {
    const one = { server: 'g', state, reason: 'why', hint: '' }
    const words = `unavailable (${state === 'auth_required' ? 'sign-in required' : state.replace('_', ' ')}): why`
    expect(tones(published([one]), checked())).toEqual(['warn 7 tools, 2 withheld', `${tone} g is ${words}`])
    const late = `${state === 'auth_required' ? 'sign-in required' : state.replace('_', ' ')}: why`
    expect(tones(published(), checked(one))).toEqual(['warn 7 tools, 2 withheld', `${tone} g is ${late}`])
  })
})
