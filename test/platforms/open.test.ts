import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

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
