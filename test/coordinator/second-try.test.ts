import { describe, expect, it } from 'vitest'
import { asking, FOUR, hear, type One, world } from '../helpers/coordinated.ts'

const four = Object.keys(FOUR) as One[]
const call = { name: 'am__list_alerts', args: { state: 'active' } }

describe.each(four)('when nothing else is available, %s is asked again', name => {
  it.each([
    ['after a server error', { fault: 'server-error' }, 1_000],
    ['after a reset', { fault: 'reset' }, 1_000],
    ['after an overload early in a good stream', { fault: 'overloaded-early' }, 1_000],
    ['exactly when it allows it', { fault: 'rate-limit', retryAfter: 1 }, 1_000],
    ['exactly when it allows it, up to 20 s', { fault: 'rate-limit', retryAfter: 20 }, 20_000],
  ] as const)('%s', async (_when, failure, waitMs) => {
    const { fake, ask, waits, turns } = await world({ order: [name] })
    fake.script(FOUR[name], [failure, { text: 'all is well' }])
    const { text, fault, rerouted } = await ask()
    expect([text, fault, waits]).toEqual(['all is well', undefined, [waitMs]])
    expect(rerouted).toMatchObject([{ from: name, to: name, waitMs, switchMs: undefined, discarded: false }])
    expect(turns.map(one => one.outcome === 'ok')).toEqual([false, true])
  })

  it('and what it wrote before it broke off is discarded, calls included', async () => {
    const { fake, ask } = await world({ order: [name] })
    fake.script(FOUR[name], [
      { fault: 'cut', text: 'half of an answer that breaks off', calls: [call] },
      { text: 'whole', calls: [call] },
    ])
    const { text, calls, rerouted } = await ask()
    expect([text, calls.length]).toEqual(['whole', 1])
    expect(rerouted).toMatchObject([{ discarded: true }])
  })
})

it.each(['openai', 'azure_openai', 'anthropic'] as const)(
  'a rate limit of %s that names only the reset of its limits is waited for as long as the one that is used up',
  async name => {
    const { fake, ask, waits } = await world({ order: [name] })
    fake.script(FOUR[name], [{ fault: 'rate-limit-reset', retryAfter: 3 }, { text: 'back' }])
    expect([(await ask()).text, waits]).toEqual(['back', [3_000]])
  },
)

const fails = { fault: 'server-error' } as const

describe('a second try', () => {
  it('comes at most twice in a turn, the second one later', async () => {
    const { fake, ask, waits } = await world({ order: ['openai'] })
    fake.script('openai', [fails, fails, fails, fails])
    const { fault } = await ask()
    expect(waits).toEqual([1_000, 3_000])
    expect(fake.requests('openai')).toHaveLength(3)
    expect(fault?.message).toMatch(/^500 .*; tried 3 times; paused until \d\d:\d\d:09$/)
  })

  it('is spread in time, so that those who failed together do not come back together', async () => {
    const waits: number[] = []
    const pause = async (ms: number) => void waits.push(ms)
    for (const random of [0, 0.999]) {
      const { fake, ask } = await world({ order: ['openai'], pause, random: () => random })
      fake.script('openai', [fails, { text: 'back' }])
      await ask()
    }
    expect(waits).toEqual([500, 1_499])
  })

  it('answers when two platforms have one hiccup each, beginning with the better one', async () => {
    const { fake, ask } = await world({ order: ['openai', 'anthropic'] })
    fake.script('openai', [fails, { text: 'back' }])
    fake.script('anthropic', [fails])
    const { text, rerouted } = await ask()
    expect(text).toBe('back')
    expect(rerouted.map(one => [one.from, one.to, one.waitMs])).toEqual([
      ['openai', 'anthropic', undefined],
      ['anthropic', 'openai', 1_000],
    ])
  })

  it('goes to the platform that can be asked first', async () => {
    const { fake, ask } = await world({ order: ['openai', 'anthropic'] })
    fake.script('openai', [{ fault: 'rate-limit', retryAfter: 15 }])
    fake.script('anthropic', [{ fault: 'rate-limit', retryAfter: 2 }, { text: 'back' }])
    const { rerouted, finish } = await ask()
    expect([rerouted.at(-1)?.waitMs, finish?.served?.platform]).toEqual([2_000, 'anthropic'])
  })

  it('waits for the platform itself rather than asking one that is paused for long', async () => {
    const { fake, ask } = await world({ order: ['openai', 'anthropic'] })
    fake.script('anthropic', [{ fault: 'rate-limit', retryAfter: 600 }])
    await ask({ platform: 'anthropic' })
    fake.script('openai', [fails, { text: 'back' }])
    expect((await ask()).text).toBe('back')
    expect(fake.requests('anthropic')).toHaveLength(1)
  })

  it('waits for the rest of a pause that an earlier question met, and says so', async () => {
    const { fake, ask, pass, waits } = await world({ order: ['openai'] })
    fake.script('openai', [{ fault: 'rate-limit', retryAfter: 25 }, { text: 'back' }])
    expect((await ask()).fault?.kind).toBe('rate_limit')
    pass(10_000)
    const { text, notices } = await ask()
    expect([text, waits]).toEqual(['back', [15_000]])
    expect(notices).toEqual([
      expect.stringMatching(/^openai is paused until \d\d:00:25 \(rate limit\); asking it in 15 s$/),
    ])
  })

  it.each([
    ['a longer wait than the setting allows', { fault: 'rate-limit', retryAfter: 21 }],
    ['a wrong key', { fault: 'auth' }],
    ['a used-up quota', { fault: 'quota' }],
    ['a missing model', { fault: 'not-found' }],
    ['a bad request', { fault: 'bad-request' }],
  ] as const)('is not made for %s', async (_what, failure) => {
    const { fake, ask, waits } = await world({ order: ['openai'] })
    fake.script('openai', [failure])
    expect((await ask()).fault).toBeDefined()
    expect([waits, fake.requests('openai').length]).toEqual([[], 1])
  })

  it('is not made for an address that nobody can reach', async () => {
    const baseUrl = 'http://host.invalid/v1'
    const { ask, waits } = await world({ order: ['openai'], over: { openai: { baseUrl } } })
    expect([(await ask()).fault?.kind, waits]).toEqual(['network', []])
  })

  it('can be turned off', async () => {
    const { fake, ask, waits } = await world({ order: ['openai'], routing: { retryWaitMs: 0 } })
    fake.script('openai', [fails])
    expect([(await ask()).fault?.kind, waits]).toEqual(['server', []])
  })

  it('is made once after a timeout, which may have lasted a minute', async () => {
    const { fake, ask, waits, timeouts } = await world({ order: ['openai'] })
    timeouts.openai.first = 100
    fake.script('openai', [{ fault: 'hang' }, { fault: 'hang' }, { fault: 'hang' }])
    expect([(await ask()).fault?.kind, waits]).toEqual(['timeout', [1_000]])
  })

  it('is not made once the calls of a response were handed out', async () => {
    const { fake, coordinator } = await world({ order: ['openai'] })
    fake.script('openai', [{ calls: [call] }, fails, { text: 'done' }])
    const { platform } = coordinator.forQuestion(asking())
    expect((await hear(platform)).calls).toHaveLength(1)
    expect(fake.requests('openai')).toHaveLength(1)
    const second = await hear(platform)
    expect([second.text, second.calls, fake.requests('openai').length]).toEqual(['done', [], 3])
  })

  it('ends at once when the question is cancelled during the wait', async () => {
    const abort = new AbortController()
    const { fake, ask, turns, coordinator } = await world({
      order: ['openai'],
      pause: (_ms, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          abort.abort(new Error('Esc'))
        }),
    })
    fake.script('openai', [fails])
    expect((await ask({}, {}, abort.signal)).fault?.kind).toBe('aborted')
    expect(fake.requests('openai')).toHaveLength(1)
    expect(turns.map(one => one.outcome)).toEqual(['server'])
    expect(coordinator.states()[0]?.breaker.state).toBe('closed')
  })
})
