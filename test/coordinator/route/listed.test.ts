import { describe, expect, it } from 'vitest'
import type { PlatformSettings } from '../../../src/config/project.ts'
import { isListed, similarNames } from '../../../src/coordinator/route/listed.ts'
import { aPlatform } from '../../helpers/platforms.ts'

const openai = aPlatform('openai')
const own = aPlatform('mine', { baseUrl: 'http://127.0.0.1:1/v1' })
const azure = aPlatform('azure_openai', { kind: 'azure_openai' })
const anthropic = aPlatform('anthropic', { kind: 'anthropic' })
const gemini = aPlatform('google_gemini', { kind: 'google_gemini' })
const vertex = aPlatform('google_vertex', { kind: 'google_vertex' })

type Case = [what: string, PlatformSettings, model: string, names: string[] | undefined, listed: string]

const CASES: Case[] = [
  ['the name itself', openai, 'gpt-5.4', ['gpt-5.4-mini', 'gpt-5.4'], 'yes'],
  ['another model of the family', openai, 'gpt-5.4', ['gpt-5.4-mini'], 'no'],
  ['a dated version of it', openai, 'gpt-5.4', ['gpt-5.4-2026-03-05'], 'yes'],
  ['another case at OpenAI, which has no such model', openai, 'GPT-5.4', ['gpt-5.4'], 'no'],
  ['a name for the latest', openai, 'chat-latest', ['gpt-5.4'], 'unsure'],
  ['no list', openai, 'gpt-5.4', undefined, 'unsure'],
  ["Ollama's :latest", own, 'gpt-oss', ['gpt-oss:latest'], 'yes'],
  ["Ollama's :latest left out of the list", own, 'gpt-oss:latest', ['gpt-oss'], 'yes'],
  ['another tag', own, 'gpt-oss', ['gpt-oss:20b'], 'no'],
  ['another case, which some servers ignore', own, 'GPT-OSS:20b', ['gpt-oss:20b'], 'unsure'],
  ['a routing variant of OpenRouter', own, 'openai/gpt-5.4:nitro', ['openai/gpt-5.4'], 'yes'],
  [
    'a catalog variant of OpenRouter that is not listed',
    own,
    'openai/gpt-5.4:free',
    ['openai/gpt-5.4'],
    'no',
  ],
  ['a wildcard of LiteLLM', own, 'openai/gpt-5.4', ['anthropic/*', 'openai/*'], 'yes'],
  ['the wildcard of another vendor', own, 'openai/gpt-5.4', ['anthropic/*'], 'no'],
  ["Gemini's dialect of OpenAI", own, 'gemini-3.5-flash', ['models/gemini-3.5-flash'], 'yes'],
  ['a deployment in another case', azure, 'Support-Mini', ['support-mini'], 'yes'],
  ['no such deployment', azure, 'support-big', ['support-mini'], 'no'],
  ['a dated version', anthropic, 'claude-sonnet-4-5', ['claude-sonnet-4-5-20250929'], 'yes'],
  ['the latest of a family', anthropic, 'claude-3-7-sonnet-latest', ['claude-3-7-sonnet-20250219'], 'yes'],
  ['the latest of a family that is not listed', anthropic, 'claude-9-latest', ['claude-sonnet-5'], 'unsure'],
  ['another date', anthropic, 'claude-sonnet-4-5-20251231', ['claude-sonnet-4-5-20250929'], 'no'],
  ['the prefix of the list', gemini, 'gemini-3.5-flash', ['models/gemini-3.5-flash'], 'yes'],
  ['the prefix in the configuration', gemini, 'models/gemini-3.5-flash', ['models/gemini-3.5-flash'], 'yes'],
  ['a version of it', gemini, 'gemini-2.0-flash', ['models/gemini-2.0-flash-001'], 'yes'],
  ['another version', gemini, 'gemini-2.0-flash-002', ['models/gemini-2.0-flash-001'], 'no'],
  ['a tuned model', gemini, 'tunedModels/ours', ['models/gemini-3.5-flash'], 'unsure'],
  ['a version of it', vertex, 'gemini-2.0-flash@001', ['publishers/google/models/gemini-2.0-flash'], 'yes'],
  ['an endpoint', vertex, 'projects/p/locations/l/endpoints/1', ['publishers/google/models/a'], 'unsure'],
  ['no such model', vertex, 'gemini-9', ['publishers/google/models/gemini-3.5-flash'], 'no'],
]

describe('a configured model and the list of its platform', () => {
  it.each(CASES)('%s: %o', (_what, platform, model, names, listed) => {
    expect(isListed(platform, model, names)).toBe(listed)
  })

  it('are compared for names like it, without a prefix and a repetition', () => {
    const names = [
      'models/gemini-3.5-pro',
      'models/gemini-3.5-flash',
      'gemini-3.5-flash',
      'models/embedding-1',
    ]
    expect(similarNames('gemini-3.6-flash', names, 2)).toEqual(['gemini-3.5-flash', 'gemini-3.5-pro'])
  })
})
