import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import type { PlatformSettings } from '../../src/config/project.ts'
import { anyCustomer, errorsOf, projectOf } from '../helpers/projects.ts'

const AZURE = { endpoint: 'https://acme.openai.azure.com', deployment: 'ours', base_model: 'gpt-5.4-mini' }

function platformsOf(platforms: object | undefined): PlatformSettings[] {
  return projectOf({ customers: [], platforms }).platforms
}

/** The one platform of the file. */
function platformOf(name: string, input: object): PlatformSettings {
  const found = platformsOf({ [name]: input }).find(one => one.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

/** A document as a person writes it, one value a line. */
function written(platforms: object, more: object = {}): string {
  return JSON.stringify({ platforms, customers: [], ...more }, undefined, 2)
}

function warningsOf(document: string): string[] {
  return interpretProject('f.json', document).warnings.map(problemText)
}

describe('a platform of the file', () => {
  it.each([
    ['openai', {}, 'gpt-5.4-mini', 'OPENAI_API_KEY'],
    ['anthropic', {}, 'claude-sonnet-5', 'ANTHROPIC_API_KEY'],
    ['google_gemini', {}, 'gemini-3.8-flash', 'GEMINI_API_KEY'],
    ['google_vertex', { project_id: 'p' }, 'gemini-3.8-flash', undefined],
    ['azure_openai', AZURE, 'ours', 'AZURE_OPENAI_API_KEY'],
    ['demo', {}, 'rules', undefined],
  ])('named %s is complete with its defaults', (name, input, model, apiKeyName) => {
    const usual = { name, kind: name, written: true, enabled: true, models: [model], apiKeyName, prices: {} }
    expect(platformOf(name, input)).toMatchObject(usual)
  })

  it('takes all that can be said of it', () => {
    const prices = { a: { input: 1, output: 2, cache_read: 0.1, cache_write: 1.25 } }
    const input = { model: 'a', models: ['b', 'a'], prices, context_window: 8_000, max_tools: 40 }
    expect(platformOf('openai', { ...input, base_url: 'http://m/v1', dialect: 'responses' })).toMatchObject({
      models: ['a', 'b'],
      baseUrl: 'http://m/v1',
      dialect: 'responses',
      prices: { a: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 } },
      contextWindow: 8_000,
      mostTools: 40,
    })
  })

  it('of an own name speaks the dialect of OpenAI, and gets no key of a vendor', () => {
    const mine = platformOf('mine', { base_url: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b' })
    expect(mine).toMatchObject({ kind: 'openai', models: ['qwen3:8b'], apiKeyName: undefined })
  })

  it('of an own name and another kind gets its key from that vendor, unless it lives elsewhere', () => {
    expect(platformOf('second', { kind: 'anthropic' }).apiKeyName).toBe('ANTHROPIC_API_KEY')
    const base_url = 'https://gateway.example'
    expect(platformOf('second', { kind: 'anthropic', base_url }).apiKeyName).toBeUndefined()
    expect(platformOf('anthropic', { base_url }).apiKeyName).toBe('ANTHROPIC_API_KEY')
  })

  it('takes the name of its credential with or without ${}', () => {
    expect(platformOf('openai', { api_key: '${ACME_KEY}' }).apiKeyName).toBe('ACME_KEY')
    expect(platformOf('openai', { api_key_env: 'ACME_KEY' }).apiKeyName).toBe('ACME_KEY')
  })

  it('of Azure is its deployment, priced by the model behind it', () => {
    const { models, azure } = platformOf('azure_openai', AZURE)
    expect(models).toEqual(['ours'])
    expect(azure).toEqual({
      endpoint: 'https://acme.openai.azure.com',
      apiVersion: '2025-04-01-preview',
      baseModel: 'gpt-5.4-mini',
    })
    expect(platformOf('azure_openai', { ...AZURE, api_version: 'v1' }).azure?.apiVersion).toBe('v1')
  })

  it('of Vertex AI looks for its credentials beside the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'supportmax-vertex-'))
    writeFileSync(join(folder, 'key.json'), '{}')
    const document = written({ google_vertex: { project_id: 'p', credentials_file: 'key.json' } })
    const { project, warnings } = interpretProject(join(folder, 'f.json'), document)
    const credentialsFile = join(folder, 'key.json')
    expect(project?.platforms[0]?.vertex).toEqual({ projectId: 'p', location: 'global', credentialsFile })
    expect(warnings).toEqual([])
  })
})

describe('what a file leaves unsaid', () => {
  const enabled = (platforms: object | undefined) =>
    platformsOf(platforms)
      .filter(one => one.enabled)
      .map(one => one.name)

  it('is, without a word on platforms, the vendors whose key is set; none of them is written down', () => {
    expect(enabled(undefined)).toEqual(['openai', 'anthropic', 'google_gemini'])
    expect(platformsOf(undefined).some(one => one.written)).toBe(false)
  })

  it('is no vendor as soon as it names one, even one that is off', () => {
    expect(enabled({ anthropic: {} })).toEqual(['anthropic'])
    expect(enabled({ anthropic: { enabled: false } })).toEqual([])
  })

  it('is still the vendors where it names the demo alone', () => {
    expect(enabled({ demo: {} })).toEqual(['demo', 'openai', 'anthropic', 'google_gemini'])
  })
})

describe('a fault in a platform', () => {
  it.each([
    ['api_key', 'sk-canary-1', 'must be "${NAME}", the NAME of a credential in capitals, never its value'],
    ['api_key', 'Bearer ${KEY}', 'must be "${NAME}"'],
    ['api_key', '${PATH}', 'is the name of a variable that steers programs'],
    ['api_key_env', 'sk-canary-1', 'must be the NAME of a credential'],
    ['base_url', 'canary-host:11434/v1', 'must be an http or https address — for example "http'],
    ['base_url', 'https://u:canary@h.example/v1', 'holds credentials'],
    ['model', '', 'must not be empty'],
    ['models', [], 'must name a model'],
    ['models', Array.from({ length: 21 }, (_, i) => `m${i}`), 'names more than 20 models'],
    ['context_window', 0, 'must be 1 or more'],
    ['max_tools', 1e9, 'is too large'],
    ['enabled', 'yes', 'must be a boolean, this is a string'],
    ['modell', 'x', 'unknown key (did you mean "model"?) — known here: kind, enabled, model, models,'],
    ['temperature', 1, 'unknown key — known here: kind,'],
    ['dialect', 'chat', 'must be one of "responses", "completions"'],
  ])('in its %s is told at its place, without the value', (key, value, words) => {
    const [error, ...others] = errorsOf(written({ openai: { [key]: value } }))
    expect(others).toEqual([])
    expect(error).toMatch(new RegExp(`^f\\.json:4:7: platforms\\.openai\\.${key}: `))
    expect(error).toContain(words)
    expect(error).not.toContain('canary')
  })

  it.each([
    [{ input: -1, output: 1 }, 'input: must be 0 or more'],
    [{ input: 1, output: -0.01 }, 'output: must be 0 or more'],
    [{ input: 1 }, 'output: is missing — add "output" (number)'],
    [{ input: '1', output: 1 }, 'input: must be a number, this is a string'],
    [{ input: 1, output: 1, cached: 1 }, 'cached: unknown key — known here: input, output, cache_read,'],
  ])('in a price such as %j is told', (price, words) => {
    const [error, ...others] = errorsOf(written({ openai: { prices: { m: price } } }))
    expect(others).toEqual([])
    expect(error).toMatch(/^f\.json:[5-8]:\d+: platforms\.openai\.prices\.m\./)
    expect(error).toContain(words)
  })

  it('is a key by two names', () => {
    expect(errorsOf(written({ openai: { api_key: '${A}', api_key_env: 'A' } }))).toEqual([
      'f.json:4:7: platforms.openai.api_key: is the same setting as "api_key_env" — remove one of them',
    ])
  })

  it.each([
    ['antropic', { model: 'm' }, 'needs a base_url or a kind (did you mean "anthropic"?) — base_url:'],
    ['azure', {}, 'needs a base_url or a kind (did you mean "azure_openai"?)'],
    ['google', {}, 'needs a base_url or a kind (did you mean "google_vertex" or "google_gemini"?)'],
    ['mine', { model: 'm' }, 'needs a base_url or a kind — base_url: a server that speaks'],
    ['mine', { kind: 'openai' }, 'needs a model — add "model": the name that this server knows'],
    ['mine', { base_url: 'http://h/v1' }, 'needs a model'],
    [
      'azure_openai',
      { deployment: 'd', base_model: 'm' },
      'needs an endpoint — for example "endpoint": "https',
    ],
    [
      'azure_openai',
      { endpoint: AZURE.endpoint },
      'needs a deployment — add "deployment": its name in Azure',
    ],
    ['google_vertex', {}, 'needs a project_id — add "project_id": the Google Cloud project'],
    ['auto', { base_url: 'http://h/v1', model: 'm' }, 'means that one is picked'],
  ])('of %s as %j is told once, at the platform', (name, input, words) => {
    const [error, ...others] = errorsOf(written({ [name]: input }))
    expect(others).toEqual([])
    expect(error).toContain(`f.json:3:5: platforms.${name}: ${words}`)
  })

  it.each(['', 'a/b'])('is the name %j, which no route could tell', name => {
    const errors = errorsOf(written({ [name]: { base_url: 'http://h/v1', model: 'm' } }))
    expect(errors).toEqual([expect.stringMatching(/^f\.json:3:5: platforms\."(a\/b)?": must not /)])
  })

  it('is a kind that is none, or is not that of a well-known name', () => {
    expect(errorsOf(written({ mine: { kind: 'antropic' } }))).toEqual([
      expect.stringMatching(/4:7: platforms\.mine\.kind: must be one of .* \(did you mean "anthropic"\?\)$/),
    ])
    expect(errorsOf(written({ openai: { kind: 'anthropic' } }))).toEqual([
      'f.json:4:7: platforms.openai.kind: "openai" is always openai — give it a name of its own',
    ])
  })

  it.each([
    [
      'openai',
      'endpoint',
      'https://own.example',
      'is no setting of openai, but of azure_openai — write it as',
    ],
    ['openai', 'deployment', 'd', 'is no setting of openai, but of azure_openai — remove it'],
    ['azure_openai', 'base_url', 'https://own.example', 'is no setting of azure_openai, but of openai, '],
    ['anthropic', 'dialect', 'responses', 'is no setting of anthropic, but of openai'],
    ['google_gemini', 'project_id', 'p', 'is no setting of google_gemini, but of google_vertex'],
  ])('is, of %s, the setting of another vendor: %s', (name, key, value, words) => {
    const input = name === 'azure_openai' ? AZURE : {}
    const errors = errorsOf(written({ [name]: { ...input, [key]: value } }))
    expect(errors).toEqual([expect.stringContaining(`platforms.${name}.${key}: ${words}`)])
  })

  it.each([
    [{ openai: null }, 'f.json:3:5: platforms.openai: must be an object, this is null'],
    [[], 'f.json:2:3: platforms: must be an object, this is an array'],
  ])('is the shape of %j', (platforms, words) => {
    expect(errorsOf(written(platforms))).toEqual([words])
  })
})

describe('a warning', () => {
  it('says that a deployment without a base_model has no price beforehand', () => {
    const { base_model: _, ...azure } = AZURE
    expect(warningsOf(written({ azure_openai: azure }))).toEqual([
      'f.json:5:7: platforms.azure_openai.deployment: without a "base_model" its price is unknown until it has ' +
        'answered — add "base_model": the model behind the deployment',
    ])
    expect(warningsOf(written({ azure_openai: AZURE }))).toEqual([])
  })

  it('says that a service-account file is not there, and where it is looked for', () => {
    const document = written({ google_vertex: { project_id: 'p', credentials_file: 'no/key.json' } })
    expect(warningsOf(document)).toEqual([
      expect.stringMatching(/5:7: .*credentials_file: is not there — put .* at \/.*\/no\/key\.json$/),
    ])
  })
})

describe('platforms_allowed', () => {
  it('may name what is not set up, and own names of the file', () => {
    const mine = { mine: { base_url: 'http://h/v1', model: 'm' } }
    const allowed = ['mine', 'azure_openai', 'anthropic', 'demo']
    const customers = [anyCustomer('A', { platforms_allowed: allowed })]
    const project = projectOf({ platforms: mine, customers })
    expect(project.customers[0]?.platformsAllowed).toEqual(allowed)
  })

  it.each([
    [[], {}],
    [['google_gemini'], { openai: {} }],
    [['openai'], { openai: { enabled: false }, anthropic: {} }],
  ])('that leave nobody to answer are worth a word: %j of %j', (allowed, platforms) => {
    const customers = [anyCustomer('A', { platforms_allowed: allowed })]
    const { warnings } = interpretProject('f.json', JSON.stringify({ customers, platforms }))
    expect(warnings.map(problemText).join()).toContain(
      'customers[0].platforms_allowed: allows no platform that is enabled here: no question will be answered',
    )
  })

  it('with a name that is none is an error, for one customer and for all', () => {
    const customers = [anyCustomer('A', { platforms_allowed: ['openai', 'antropic'] })]
    const errors = errorsOf({ customers, defaults: { platforms_allowed: ['mine'] } })
    expect(errors).toEqual([
      expect.stringMatching(
        /customers\[0\]\.platforms_allowed\[1\]: "antropic" is no platform of this file \(did you mean "anthropic"\?\) — known: openai, anthropic, /,
      ),
      expect.stringContaining('defaults.platforms_allowed[0]: "mine" is no platform of this file — known: '),
    ])
  })
})
