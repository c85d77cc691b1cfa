import { expect, it } from 'vitest'
import type { PlatformSettings } from '../../src/config/project.ts'
import { platformRows } from '../../src/coordinator/figures/report.ts'
import type { Rules } from '../fake-platforms/turn.ts'
import { FOUR, type One, settingsOf, world } from '../helpers/coordinated.ts'

/** The only model of this platform, as `platforms` shows it. */
async function rowOf(name: One, rules: Rules, over: Partial<PlatformSettings> = {}) {
  const { fake, coordinator } = await world({ order: [name], over: { [name]: over } })
  fake.rules(FOUR[name], rules)
  await coordinator.checkAll(new AbortController().signal)
  const states = new Map(coordinator.states().map(({ route, ...state }) => [route.name, state]))
  expect(fake.requests(FOUR[name])).toEqual([])
  const [row] = platformRows([settingsOf(fake, name, over)], [], states)
  return row
}

const four = Object.keys(FOUR) as One[]
const MODELS = ['zero-1', 'zero-2', 'zero-3', 'ours']

it.each(four)('%s is ready if the model is on any page of its list', async name => {
  const row = await rowOf(name, { models: MODELS, pageSize: 1 }, { models: ['ours'] })
  expect(row).toMatchObject({ state: 'ready', reason: '', hint: '' })
})

it.each(four)(
  '%s is not ready if its list does not have the model, and similar names are shown',
  async name => {
    const what = name === 'azure_openai' ? 'deployment' : 'model'
    const row = await rowOf(name, { models: MODELS }, { models: ['our'] })
    expect(row).toMatchObject({
      state: 'model-not-found',
      reason: `its list has no ${what} "our"`,
      hint: `set "${what}" to a listed name, such as ours, zero-1, zero-2`,
    })
  },
)

it.each(four)('%s is not ready if its list is a web page', async name => {
  expect(await rowOf(name, { listBody: '<html>' })).toMatchObject({
    state: 'not-checked',
    reason: expect.stringContaining('the response was a web page, not a model list'),
    hint: 'run `supportmax platforms --check` to ask it a tiny question',
  })
})

it('a server without a list of models, or with an empty one, may still answer', async () => {
  const own = { dialect: 'completions' } as const
  expect(await rowOf('openai', { listBody: '{"object":"list","data":[]}' }, own)).toMatchObject({
    state: 'not-checked',
    reason: 'no list of models could be read',
  })
})

it('a resource in Azure that does not list its deployments has a key that works, and no more is known', async () => {
  expect(await rowOf('azure_openai', { deployments: 'none' })).toMatchObject({
    state: 'not-checked',
    reason: 'the key works, but this resource does not list its deployments',
  })
})

it('each model of a platform has a state of its own', async () => {
  const { fake, coordinator } = await world({
    order: ['anthropic'],
    over: { anthropic: { models: ['a', 'b'] } },
  })
  fake.rules('anthropic', { models: ['b'] })
  await coordinator.checkAll(new AbortController().signal)
  const states = new Map(coordinator.states().map(({ route, ...state }) => [route.name, state]))
  const rows = platformRows([settingsOf(fake, 'anthropic', { models: ['a', 'b'] })], [], states)
  expect(rows.map(one => one.state)).toEqual(['model-not-found', 'ready'])
})

it.each(['not-found', 'rejected'] as const)(
  'a list that is answered with %s says nothing about the model',
  async fault => {
    const { fake, coordinator } = await world({ order: ['openai'] })
    fake.listing('openai', [{ fault }])
    await coordinator.checkAll(new AbortController().signal)
    const states = new Map(coordinator.states().map(({ route, ...state }) => [route.name, state]))
    const [row] = platformRows([settingsOf(fake, 'openai')], [], states)
    expect(row?.state).toBe('not-checked')
  },
)

it('names in the list that nobody could type are not suggested', async () => {
  const row = await rowOf('openai', { models: ['x'.repeat(3_000_000)] }, { models: ['ours'] })
  expect(row).toMatchObject({ state: 'model-not-found', hint: 'set "model" to a listed name' })
})

it.each([
  ['failing', 1],
  ['paused', 3],
] as const)(
  'a platform that is %s shows the remedy of its failure as the only hint',
  async (state, times) => {
    const over = { network: { proxy: 'http://127.0.0.1:1' } }
    const { coordinator } = await world({ order: ['openai'], over: { openai: over } })
    for (let i = 0; i < times; i++) await coordinator.checkAll(new AbortController().signal)
    const states = new Map(coordinator.states().map(({ route, ...one }) => [route.name, one]))
    const [row] = platformRows(
      [{ ...coordinator.states()[0]?.route.platform } as PlatformSettings],
      [],
      states,
    )
    expect(row).toMatchObject({
      state,
      reason: 'network error: proxy 127.0.0.1:1: connection refused',
      hint: 'check "proxy", or add the host to "no_proxy"',
    })
  },
)
