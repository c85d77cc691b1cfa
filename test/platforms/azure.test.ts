import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { AZURE, all } from './vendors.ts'

let fake: FakePlatforms
beforeAll(async () => {
  fake = await startFakePlatforms()
})
afterAll(() => fake.close())
afterEach(() => fake.reset())

describe('the Azure adapter', () => {
  it.each([
    ['2025-04-01-preview', '/azure/openai/responses'],
    ['2025-03-01-preview', '/azure/openai/responses'],
    ['2024-10-21', '/azure/openai/deployments/gpt-prod/chat/completions'],
    ['v1', '/azure/openai/v1/responses'],
    ['preview', '/azure/openai/v1/responses'],
  ])('requests version %s at %s', async (apiVersion, path) => {
    const platform = AZURE.open(fake, { apiVersion, model: 'gpt-prod' })
    expect((await all(platform)).fault).toBeUndefined()
    expect(fake.requests('azure')).toMatchObject([
      { path, query: { 'api-version': apiVersion }, body: { model: 'gpt-prod' } },
    ])
    await platform.probe(new AbortController().signal)
    expect(fake.listings('azure')).toHaveLength(1)
  })

  it.each(['2024-10-21', 'v1'])(
    'lists its deployments, not what could be deployed, in version %s',
    async apiVersion => {
      fake.rules('azure', { models: ['gpt-5.4'], deployments: ['support'] })
      const probe = () => AZURE.open(fake, { apiVersion }).probe(new AbortController().signal)
      expect(await probe()).toEqual(['support'])
      fake.rules('azure', { deployments: 'none' })
      expect(await probe()).toBeUndefined()
    },
  )

  it('also accepts the endpoint with a path, as the portal shows it', async () => {
    const url = fake.url('azure')
    for (const endpoint of [`${url}/`, `${url}/openai/`, `${url}/openai/v1/`])
      expect((await all(AZURE.open({ ...fake, url: () => endpoint }))).fault).toBeUndefined()
    expect(new Set(fake.requests('azure').map(request => request.path))).toEqual(
      new Set(['/azure/openai/responses']),
    )
  })
})
