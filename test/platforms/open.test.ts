import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openPlatform } from '../../src/platforms/open.ts'
import { startFakePlatforms } from '../fake-platforms/start.ts'
import { closing } from '../helpers/closing.ts'
import { FOUR, type One, settingsOf } from '../helpers/coordinated.ts'

const program = new URL('../fixtures/opened-sdks.ts', import.meta.url).pathname

it.each([
  ['openai', 'openai', ['openai']],
  ['azure_openai', 'openai', ['openai']],
  ['anthropic', 'anthropic', ['@anthropic-ai/sdk']],
  ['google_gemini', 'google', ['@google/genai']],
  ['google_vertex', 'google', ['@google/genai']],
  ['demo', 'demo', []],
])('opening %s speaks the dialect %s and loads %j', async (kind, dialect, sdks) => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind])
  expect(JSON.parse(stdout)).toEqual([kind, dialect, ...sdks])
})

it.each(Object.keys(FOUR) as One[])(
  '%s sends the headers of its configuration, and its own key',
  async name => {
    const fake = closing(await startFakePlatforms())
    const headers = { 'X-Tenant': 'acme', 'CF-Access-Client-Secret': '${CF_SECRET}' }
    const secrets: Record<string, string> = { CF_SECRET: 'cf-secret-1', KEY: 'key-1' }
    const settings = settingsOf(fake, name, { headers, apiKeyName: 'KEY' })
    const platform = await openPlatform(settings, one => secrets[one])
    const request = { system: '', messages: [{ role: 'user' as const, text: 'hello' }], tools: [] }
    for await (const _ of platform.stream(request, new AbortController().signal));
    const [sent] = fake.requests(FOUR[name])
    expect(sent?.key).toBe('key-1')
    expect(sent?.headers).toMatchObject({ 'x-tenant': 'acme', 'cf-access-client-secret': 'cf-secret-1' })
    await expect(openPlatform(settings, () => undefined)).rejects.toThrow(
      'CF_SECRET, which a header needs, has no value',
    )
  },
)

it.each([
  ['openai', { max_output_tokens: 500, reasoning: { effort: 'minimal' } }],
  ['azure_openai', { max_output_tokens: 500, reasoning: { effort: 'minimal' } }],
  ['anthropic', { max_tokens: 500, output_config: { effort: 'low' } }],
  [
    'google_gemini',
    { generationConfig: { maxOutputTokens: 500, thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
  ],
] as [One, object][])('%s is told how long an answer may be, and how much to think', async (name, body) => {
  const fake = closing(await startFakePlatforms())
  const output = { mostTokens: 500, effort: 'minimal' as const }
  const platform = await openPlatform(settingsOf(fake, name, { output }), () => 'key-1')
  const request = { system: '', messages: [{ role: 'user' as const, text: 'hello' }], tools: [] }
  for await (const _ of platform.stream(request, new AbortController().signal));
  expect(fake.requests(FOUR[name])[0]?.body).toMatchObject(body)
  expect(fake.violations()).toEqual([])
})

it('a server of one’s own is told in the names of chat completions', async () => {
  const fake = closing(await startFakePlatforms())
  const output = { mostTokens: 500, effort: 'high' as const }
  const settings = settingsOf(fake, 'openai', { output, dialect: 'completions' })
  const platform = await openPlatform(settings, () => 'key-1')
  const request = { system: '', messages: [{ role: 'user' as const, text: 'hello' }], tools: [] }
  for await (const _ of platform.stream(request, new AbortController().signal));
  expect(fake.requests('openai')[0]?.body).toMatchObject({ max_tokens: 500, reasoning_effort: 'high' })
})
