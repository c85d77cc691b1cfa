import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { policyOf } from '../../src/coordinator/route/policy.ts'
import { FAULTS } from '../fake-platforms/faults.ts'
import { type Coordinated, coordinated, FOUR, type One } from '../helpers/coordinated.ts'

const NEXT: Record<One, One> = {
  openai: 'anthropic',
  anthropic: 'google_gemini',
  google_gemini: 'azure_openai',
  azure_openai: 'openai',
}

const LONG = { first: 20_000, idle: 20_000 }

describe.each(Object.keys(FOUR) as One[])('a turn that fails on %s', failing => {
  const next = NEXT[failing]
  let world: Coordinated
  beforeAll(async () => {
    world = await coordinated({ order: [failing, next] })
  })
  afterAll(() => world.close())
  afterEach(() => {
    world.fake.reset()
    Object.assign(world.timeouts[failing], LONG)
    // After every pause, with an answer that closes the breakers.
    world.pass(24 * 3_600_000)
  })

  // Only where a timeout is what ends the turn: on a busy machine, everything else takes longer, also what comes before a
  // silence in the middle.
  const hasten = (midway = false) =>
    Object.assign(world.timeouts[failing], midway ? { idle: 500 } : { first: 150 })

  const faults = FAULTS.filter(one => policyOf(one.kind).next === 'any')

  it.each(faults)('by "$name" is answered by the next platform', async ({ turn, kind, midway, hangs }) => {
    if (hangs) hasten(midway)
    const { fake, ask, turns } = world
    turns.length = 0
    fake.script(FOUR[failing], [{ ...turn, ...(midway && { text: 'half an answer that never ends' }) }])
    fake.script(FOUR[next], [{ text: 'all is well' }])
    const { text, fault, rerouted, finish, calls } = await ask()
    expect(fault).toBeUndefined()
    expect(text).toBe('all is well')
    expect(calls).toEqual([])
    expect(rerouted).toMatchObject([{ from: failing, to: next, kind, discarded: midway === true }])
    expect(finish?.served?.platform).toBe(next)
    expect([fake.requests(FOUR[failing]).length, fake.requests(FOUR[next]).length]).toEqual([1, 1])
    expect(turns.map(one => [one.platform, one.outcome])).toEqual([
      [failing, kind],
      [next, 'ok'],
    ])
    expect(fake.violations()).toEqual([])
  })

  it('reports separately how long the failure took to detect and how long the switch took', async () => {
    hasten()
    world.fake.script(FOUR[failing], [{ fault: 'hang' }])
    const began = performance.now()
    const { rerouted } = await world.ask()
    const { detectMs = 0, switchMs = 0 } = rerouted[0] ?? {}
    expect(detectMs).toBeGreaterThanOrEqual(149)
    // If one contained the other, the sum would be more than all of it.
    expect(detectMs + switchMs).toBeLessThanOrEqual(performance.now() - began)
  })
})
