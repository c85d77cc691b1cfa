import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { policyOf } from '../../src/coordinator/route/policy.ts'
import { faultsOf } from '../fake-platforms/faults.ts'
import { type Coordinated, coordinated, FOUR, type One } from '../helpers/coordinated.ts'

/** The project's goal for one switch. Far above what it takes, so that a busy machine fails no test; see the bench. */
const GOAL_MS = 500
const NEXT: Record<One, One> = {
  openai: 'anthropic',
  anthropic: 'google_gemini',
  google_gemini: 'azure_openai',
  azure_openai: 'openai',
}

describe.each(Object.keys(FOUR) as One[])('a turn that fails on %s', failing => {
  const next = NEXT[failing]
  let world: Coordinated
  beforeAll(async () => {
    world = await coordinated({ order: [failing, next], patience: { first: 150, idle: 150 } })
  })
  afterAll(() => world.close())
  afterEach(() => {
    world.fake.reset()
    // Past every pause, and with an answer that closes what opened.
    world.pass(24 * 3_600_000)
  })

  const faults = faultsOf(FOUR[failing] as 'openai').filter(one => policyOf(one.kind).next === 'any')

  it.each(faults)('by "$name" is answered by the next platform', async ({ turn, kind, midway }) => {
    const { fake, ask, turns } = world
    turns.length = 0
    fake.script(FOUR[failing], [{ ...turn, ...(midway && { text: 'half an answer that never ends' }) }])
    fake.script(FOUR[next], [{ text: 'all is well' }])
    const { text, fault, rerouted, finish, calls } = await ask()
    expect(fault).toBeUndefined()
    expect(text).toBe('all is well')
    expect(calls).toEqual([])
    expect(rerouted).toMatchObject([{ from: failing, to: next, kind, discarded: midway === true }])
    expect(rerouted[0]?.switchMs).toBeLessThan(GOAL_MS)
    expect(finish?.served?.platform).toBe(next)
    expect([fake.requests(FOUR[failing]).length, fake.requests(FOUR[next]).length]).toEqual([1, 1])
    expect(turns.map(one => [one.platform, one.outcome])).toEqual([
      [failing, kind],
      [next, 'ok'],
    ])
    expect(fake.violations()).toEqual([])
  })

  it('says apart how long the failure took to see and the switch to make', async () => {
    world.fake.script(FOUR[failing], [{ fault: 'hang' }])
    const { rerouted } = await world.ask()
    expect(rerouted[0]?.detectMs).toBeGreaterThanOrEqual(149)
    expect(rerouted[0]?.switchMs).toBeLessThan(rerouted[0]?.detectMs ?? 0)
  })

  it('takes thinking for a sign of life', async () => {
    world.fake.script(FOUR[failing], [
      { thinking: 'hm, '.repeat(8), chunk: 4, text: 'done', delay: { between: 50 } },
    ])
    const { text, rerouted } = await world.ask()
    expect([text, rerouted]).toEqual(['done', []])
  })
})
