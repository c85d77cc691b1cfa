import { expect, it } from 'vitest'
import type { CustomerRouting } from '../../src/config/project.ts'
import { asking, customer, hear, world } from '../helpers/coordinated.ts'

const own = (routing: CustomerRouting) => ({ ...customer, routing })
const ORDER = ['google_gemini', 'anthropic']

it("a customer's own order and strategy decide for its questions, and for nobody else's", async () => {
  const { ask } = await world({ routing: { strategy: 'capability', order: ['openai'] } })
  const servedTo = async (routing: CustomerRouting) => (await ask({ customer: own(routing) })).finish?.served
  expect(await servedTo({})).toMatchObject({ platform: 'openai', rule: 'most capable' })
  expect(await servedTo({ strategy: 'order', order: ORDER })).toMatchObject({
    platform: 'google_gemini',
    rule: 'first in order',
  })
  expect(await servedTo({ order: ORDER })).toMatchObject({ platform: 'google_gemini', rule: 'most capable' })
  expect(await servedTo({})).toMatchObject({ platform: 'openai' })
})

it('a customer without tiers of its own has those of the file; empty ones turn them off', async () => {
  const { ask } = await world({ routing: { tiers: { cheap: ['anthropic'], standard: [], premium: [] } } })
  const none = { cheap: [], standard: [], premium: [] }
  expect((await ask({ customer: own({}) })).finish?.served?.platform).toBe('anthropic')
  expect((await ask({ customer: own({ tiers: none }) })).finish?.served?.platform).toBe('openai')
})

it('a failed platform is followed by the next in the order of the customer', async () => {
  const { fake, ask } = await world()
  fake.script('google', [{ fault: 'quota' }])
  const { rerouted } = await ask({ customer: own({ order: ORDER }) })
  expect(rerouted.map(one => [one.from, one.to])).toEqual([['google_gemini', 'anthropic']])
})

it('other platforms answer a critical question in the order of the customer', async () => {
  const { coordinator } = await world()
  const { platform, peers } = coordinator.forQuestion(asking({ customer: own({ order: ORDER }) }))
  const { finish } = await hear(platform)
  expect(finish?.served?.platform).toBe('google_gemini')
  expect(peers('google_gemini').map(one => one.name)).toEqual(['anthropic', 'openai'])
})
