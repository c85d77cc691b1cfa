import { expect, it } from 'vitest'
import { type CoordinatedOptions, FOUR, type One, world } from '../helpers/coordinated.ts'

async function checked(options: CoordinatedOptions = {}) {
  const one = await world(options)
  const check = () => one.coordinator.checkIdle(new AbortController().signal)
  return { ...one, check }
}

const four = Object.keys(FOUR) as One[]

it('the model list of idle platforms is fetched at every interval, never that of busy ones, and never a completion', async () => {
  const { fake, ask, check, pass } = await checked()
  await check()
  await check()
  expect(four.map(one => fake.listings(FOUR[one]).length)).toEqual([1, 1, 1, 1])
  pass(29_999)
  await check()
  expect(fake.listings('openai')).toHaveLength(1)
  pass(1)
  await ask()
  await check()
  expect(four.map(one => fake.listings(FOUR[one]).length)).toEqual([1, 2, 2, 2])
  expect(four.map(one => fake.requests(FOUR[one]).length)).toEqual([1, 0, 0, 0])
})

it.each(four)('a fixed key of %s is noticed without a failed question', async name => {
  const other = four.find(one => one !== name) ?? name
  const { fake, ask, check, pass } = await checked({ order: [name, other] })
  fake.script(FOUR[name], [{ fault: 'auth' }, { text: 'mended' }])
  fake.listing(FOUR[name], [{ fault: 'auth' }, {}])
  expect((await ask()).rerouted).toHaveLength(1)
  pass(30_000)
  await check()
  expect((await ask()).finish?.served?.platform).toBe(other)
  pass(30_000)
  await check()
  expect((await ask()).text).toBe('mended')
  expect(fake.requests(FOUR[name])).toHaveLength(2)
})

it('a key that is changed in its file takes effect without a restart', async () => {
  let key = 'old'
  const { fake, ask } = await checked({ order: ['openai'], secretOf: () => key })
  await ask()
  key = 'new'
  await ask()
  expect(fake.requests('openai').map(one => one.key)).toEqual(['old', 'new'])
})

it('a broken key is noticed without a failed question', async () => {
  const { fake, ask, check } = await checked({ order: ['openai', 'anthropic'] })
  fake.listing('openai', [{ fault: 'auth' }])
  await check()
  const { rerouted, finish } = await ask()
  expect([rerouted, finish?.served?.platform]).toEqual([[], 'anthropic'])
  expect(fake.requests('openai')).toEqual([])
})

it('a model list that cannot be fetched does not open the breaker', async () => {
  const { fake, ask, check, coordinator } = await checked({ order: ['openai', 'anthropic'] })
  fake.listing('openai', [{ fault: 'not-found' }])
  await check()
  expect(coordinator.states()[0]?.listing?.fault?.kind).toBe('not_found')
  expect((await ask()).finish?.served?.platform).toBe('openai')
})
