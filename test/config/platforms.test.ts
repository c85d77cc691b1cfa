import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
import type { PlatformSettings } from '../../src/config/project.ts'
import { platformCredentials } from '../../src/config/resolve/shared.ts'
import { selfSigned } from '../helpers/certificate.ts'
import { newFolder } from '../helpers/folder.ts'
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

  it('takes every setting', () => {
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

  it('with a name of its own speaks OpenAI and gets no vendor key', () => {
    const mine = platformOf('mine', { base_url: 'http://127.0.0.1:11434/v1', model: 'qwen3:8b' })
    expect(mine).toMatchObject({ kind: 'openai', models: ['qwen3:8b'], apiKeyName: undefined })
  })

  it("with a name of its own and a kind gets that vendor's key, unless it has a base_url", () => {
    expect(platformOf('second', { kind: 'anthropic' }).apiKeyName).toBe('ANTHROPIC_API_KEY')
    const base_url = 'https://gateway.example'
    expect(platformOf('second', { kind: 'anthropic', base_url }).apiKeyName).toBeUndefined()
    expect(platformOf('anthropic', { base_url }).apiKeyName).toBe('ANTHROPIC_API_KEY')
  })

  it('takes the name of its credential with or without ${}', () => {
    expect(platformOf('openai', { api_key: '${ACME_KEY}' }).apiKeyName).toBe('ACME_KEY')
    expect(platformOf('openai', { api_key_env: 'ACME_KEY' }).apiKeyName).toBe('ACME_KEY')
  })

  it('on Azure is its deployment, priced by the model behind it', () => {
    const { models, azure } = platformOf('azure_openai', AZURE)
    expect(models).toEqual(['ours'])
    expect(azure).toEqual({
      endpoint: 'https://acme.openai.azure.com',
      apiVersion: '2025-04-01-preview',
      baseModel: 'gpt-5.4-mini',
    })
    expect(platformOf('azure_openai', { ...AZURE, api_version: 'v1' }).azure?.apiVersion).toBe('v1')
  })

  it('on Vertex AI finds its credentials next to the file', () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'key.json'), '{}')
    const document = written({ google_vertex: { project_id: 'p', credentials_file: 'key.json' } })
    const { project, warnings } = interpretProject(join(folder, 'f.json'), document)
    const credentialsFile = join(folder, 'key.json')
    expect(project?.platforms[0]?.vertex).toEqual({ projectId: 'p', location: 'global', credentialsFile })
    expect(warnings).toEqual([])
  })
})

describe('the way to a platform', () => {
  it('is that of its own settings, with paths relative to the file', () => {
    const folder = newFolder()
    const { file } = selfSigned('DNS:vendor.example')
    copyFileSync(file, join(folder, 'ca.pem'))
    const proxy = 'http://${PROXY_USER}:${PROXY_PASSWORD}@proxy.example:3128'
    const document = written({ openai: { ca_file: 'ca.pem', proxy, no_proxy: ['.internal'] } })
    const { project } = interpretProject(join(folder, 'f.json'), document)
    const [platform] = project?.platforms ?? []
    expect(platform?.network).toEqual({ caFile: join(folder, 'ca.pem'), proxy, noProxy: ['.internal'] })
    expect(platform && platformCredentials(platform)).toEqual([
      'OPENAI_API_KEY',
      'PROXY_USER',
      'PROXY_PASSWORD',
    ])
  })

  it('is reported where it is wrong, in the words for servers', () => {
    const network = { ca_file: 'ca.pem', client_cert_file: 'c.pem', proxy: 'http://u:p@proxy.example:3128' }
    expect(errorsOf(written({ openai: network }))).toEqual([
      expect.stringMatching(
        /^f\.json:4:7: platforms\.openai\.ca_file: file not found\n {2}put the PEM file at \//,
      ),
      expect.stringMatching(
        /^f\.json:5:7: platforms\.openai\.client_cert_file: needs "client_key_file" too\n/,
      ),
      expect.stringMatching(/^f\.json:6:7: platforms\.openai\.proxy: contains credentials in clear text\n/),
    ])
    const [error] = errorsOf(written({ openai: { proxy: 'socks5://proxy.example:1080' } }))
    expect(error).toContain('unsupported protocol "socks5://"')
  })

  it('has timeouts of up to a day', () => {
    const timeouts = { first_event: 86_400, idle: 300 }
    expect(platformOf('openai', { timeouts }).timeouts).toMatchObject({ first: 86_400_000, idle: 300_000 })
    expect(errorsOf(written({ openai: { timeouts: { idle: 86_401 } } }))[0]).toContain(
      'platforms.openai.timeouts.idle: must be at most a day (86400)',
    )
  })
})

describe('a deployment in Azure with Entra ID', () => {
  const entra = { tenant: 'acme.example', client_id: 'c1', client_secret_env: 'AZURE_CLIENT_SECRET' }

  it('needs the client secret in place of a key', () => {
    const platform = platformOf('azure_openai', { ...AZURE, entra })
    expect(platform.apiKeyName).toBe('AZURE_CLIENT_SECRET')
    expect(platform.azure?.entra).toEqual({
      tenant: 'acme.example',
      clientId: 'c1',
      secretName: 'AZURE_CLIENT_SECRET',
      authority: 'https://login.microsoftonline.com',
      scope: 'https://cognitiveservices.azure.com/.default',
    })
  })

  it('needs no credential if a command prints its token, whose path belongs to the file', () => {
    const platform = platformOf('azure_openai', { ...AZURE, token_command: ['./token.sh', './a'] })
    expect(platform.apiKeyName).toBeUndefined()
    expect(platform.azure?.tokenCommand).toEqual(['/somewhere/acme/token.sh', './a'])
    expect(platformOf('azure_openai', { ...AZURE, token_command: ['az'] }).azure?.tokenCommand).toEqual([
      'az',
    ])
  })

  it.each([
    [{ api_key_env: 'A', entra }, 'api_key_env: cannot be combined with "entra"'],
    [{ api_key: '${A}', token_command: ['az'] }, 'api_key: cannot be combined with "token_command"'],
    [{ entra, token_command: ['az'] }, 'entra: cannot be combined with "token_command"'],
    [{ entra: { ...entra, authority: 'http://login.example' } }, 'entra.authority: must be an https URL'],
    [{ entra: { ...entra, authority: 'login.example' } }, 'entra.authority: must be an https URL'],
    [
      { entra: { ...entra, authority: 'https://u:p@login.example' } },
      'entra.authority: contains credentials\n  remove them and name a credential in "client_secret_env"',
    ],
    [
      { entra: { ...entra, client_secret_env: 'canary~1' } },
      'client_secret_env: must be the NAME of a credential',
    ],
    [{ entra: { ...entra, tenant: 'a/b' } }, 'entra.tenant: must be the id or a domain of the tenant'],
    [{ token_command: [] }, 'token_command: must name a program'],
    [{ token_command: [' '] }, 'token_command[0]: must not be empty'],
    [
      { token_command: ['az', '${SECRET}'] },
      'token_command[1]: contains "${SECRET}", which is never replaced here',
    ],
  ])('as %j is reported at its place', (input, words) => {
    const errors = errorsOf(written({ azure_openai: { ...AZURE, ...input } }))
    expect(errors).toEqual([
      expect.stringContaining(
        `platforms.azure_openai.${words.includes('client_secret_env: must') ? 'entra.' : ''}${words}`,
      ),
    ])
    expect(errors[0]).toMatch(/^f\.json:\d+:\d+: /)
    expect(errors[0]).not.toContain('canary')
  })

  it('is not a setting of another vendor', () => {
    expect(errorsOf(written({ openai: { entra } }))[0]).toContain(
      'entra: not a setting of openai, only of azure_openai',
    )
  })
})

describe('a platform that the file leaves out', () => {
  const enabled = (platforms: object | undefined) =>
    platformsOf(platforms)
      .filter(one => one.enabled)
      .map(one => one.name)

  it('is enabled if it is a built-in vendor and the file names no platform, but does not count as written', () => {
    expect(enabled(undefined)).toEqual(['openai', 'anthropic', 'google_gemini'])
    expect(platformsOf(undefined).some(one => one.written)).toBe(false)
  })

  it('is disabled as soon as the file names a vendor, even a disabled one', () => {
    expect(enabled({ anthropic: {} })).toEqual(['anthropic'])
    expect(enabled({ anthropic: { enabled: false } })).toEqual([])
  })

  it('is still enabled if the file names only the demo', () => {
    expect(enabled({ demo: {} })).toEqual(['demo', 'openai', 'anthropic', 'google_gemini'])
  })
})

describe('an error in a platform', () => {
  it.each([
    ['api_key', 'sk-canary-1', 'must be "${NAME}", the NAME of a credential in capitals, never its value'],
    ['api_key', 'Bearer ${KEY}', 'must be "${NAME}"'],
    ['api_key', '${PATH}', 'names a variable that controls other programs'],
    ['api_key_env', 'sk-canary-1', 'must be the NAME of a credential'],
    ['base_url', 'canary-host:11434/v1', 'must be an http or https URL\n  use for example "http'],
    ['base_url', 'https://u:canary@h.example/v1', 'contains credentials'],
    ['model', '', 'must not be empty'],
    ['models', [], 'must name at least one model'],
    ['models', Array.from({ length: 21 }, (_, i) => `m${i}`), 'names more than 20 models'],
    ['context_window', 0, 'must be 1 or more'],
    ['max_tools', 1e9, 'is too large'],
    ['enabled', 'yes', 'must be a boolean, not a string'],
    ['modell', 'x', 'unknown key (did you mean "model"?)\n  use one of: kind, enabled, model, models,'],
    ['temperature', 1, 'unknown key\n  use one of: kind,'],
    ['dialect', 'chat', 'must be one of "responses", "completions"'],
  ])('in its %s = %j is located and does not repeat the value', (key, value, words) => {
    const [error, ...others] = errorsOf(written({ openai: { [key]: value } }))
    expect(others).toEqual([])
    expect(error).toMatch(new RegExp(`^f\\.json:4:7: platforms\\.openai\\.${key}: `))
    expect(error).toContain(words)
    expect(error).not.toContain('canary')
  })

  it.each([
    [{ input: -1, output: 1 }, 'input: must be 0 or more'],
    [{ input: 1, output: -0.01 }, 'output: must be 0 or more'],
    [{ input: 1 }, 'output: is missing\n  add "output" (number)'],
    [{ input: '1', output: 1 }, 'input: must be a number, not a string'],
    [{ input: 1, output: 1, cached: 1 }, 'cached: unknown key\n  use one of: input, output, cache_read,'],
  ])('in a price such as %j is reported', (price, words) => {
    const [error, ...others] = errorsOf(written({ openai: { prices: { m: price } } }))
    expect(others).toEqual([])
    expect(error).toMatch(/^f\.json:[5-8]:\d+: platforms\.openai\.prices\.m\./)
    expect(error).toContain(words)
  })

  it('is a setting under two names', () => {
    expect(errorsOf(written({ openai: { api_key: '${A}', api_key_env: 'A' } }))).toEqual([
      'f.json:4:7: platforms.openai.api_key: is the same setting as "api_key_env"\n  remove one of them',
    ])
  })

  it.each([
    [
      'antropic',
      { model: 'm' },
      'needs a "base_url" or a "kind" (did you mean "anthropic"?)\n  add "base_url"',
    ],
    ['azure', {}, 'needs a "base_url" or a "kind" (did you mean "azure_openai"?)'],
    ['google', {}, 'needs a "base_url" or a "kind" (did you mean "google_vertex" or "google_gemini"?)'],
    [
      'mine',
      { model: 'm' },
      'needs a "base_url" or a "kind"\n  add "base_url" for an OpenAI-compatible server',
    ],
    ['mine', { kind: 'openai' }, 'needs a model\n  add "model" with a name that this server knows'],
    ['mine', { base_url: 'http://h/v1' }, 'needs a model'],
    [
      'azure_openai',
      { deployment: 'd', base_model: 'm' },
      'needs an endpoint\n  add for example "endpoint": "https',
    ],
    [
      'azure_openai',
      { endpoint: AZURE.endpoint },
      'needs a deployment\n  add "deployment" with its name in Azure',
    ],
    ['google_vertex', {}, 'needs a project_id\n  add "project_id" with the id of the Google Cloud project'],
    ['auto', { base_url: 'http://h/v1', model: 'm' }, 'is reserved for "/platform auto"'],
  ])('in %s as %j is reported once, at the platform', (name, input, words) => {
    const [error, ...others] = errorsOf(written({ [name]: input }))
    expect(others).toEqual([])
    expect(error).toContain(`f.json:3:5: platforms.${name}: ${words}`)
  })

  it.each(['', 'a/b'])('is the name %j, which no route could contain', name => {
    const errors = errorsOf(written({ [name]: { base_url: 'http://h/v1', model: 'm' } }))
    expect(errors).toEqual([expect.stringMatching(/^f\.json:3:5: platforms\."(a\/b)?": must not /)])
  })

  it('is an unknown kind, or one that contradicts the name', () => {
    expect(errorsOf(written({ mine: { kind: 'antropic' } }))).toEqual([
      expect.stringMatching(/4:7: platforms\.mine\.kind: must be one of .* \(did you mean "anthropic"\?\)$/),
    ])
    expect(errorsOf(written({ openai: { kind: 'anthropic' } }))).toEqual([
      'f.json:4:7: platforms.openai.kind: a platform named "openai" is always openai\n  rename the platform',
    ])
  })

  it.each([
    [
      'openai',
      'endpoint',
      'https://own.example',
      'not a setting of openai, only of azure_openai\n  rename it to',
    ],
    ['openai', 'deployment', 'd', 'not a setting of openai, only of azure_openai\n  remove it'],
    ['azure_openai', 'base_url', 'https://own.example', 'not a setting of azure_openai, only of openai, '],
    ['anthropic', 'dialect', 'responses', 'not a setting of anthropic, only of openai'],
    ['google_gemini', 'project_id', 'p', 'not a setting of google_gemini, only of google_vertex'],
  ])('is, in %s, a setting of another vendor: %s', (name, key, value, words) => {
    const input = name === 'azure_openai' ? AZURE : {}
    const errors = errorsOf(written({ [name]: { ...input, [key]: value } }))
    expect(errors).toEqual([expect.stringContaining(`platforms.${name}.${key}: ${words}`)])
  })

  it.each([
    [{ openai: null }, 'f.json:3:5: platforms.openai: must be an object, not null'],
    [[], 'f.json:2:3: platforms: must be an object, not an array'],
  ])('is the shape of %j', (platforms, words) => {
    expect(errorsOf(written(platforms))).toEqual([words])
  })
})

describe('a warning', () => {
  it('is given for prices of a model whose name looks like a typo', () => {
    const priced = (model: string) => ({
      openai: { model: 'gpt-5.4-mini', prices: { [model]: { input: 1, output: 1 } } },
    })
    expect(warningsOf(written(priced('gpt-5.4-minni')))).toEqual([
      expect.stringContaining('no model of this platform has this name (did you mean "gpt-5.4-mini"?)'),
    ])
    expect(warningsOf(written(priced('gpt-5.4-mini')))).toEqual([])
    // A router's response may name any model.
    expect(warningsOf(written(priced('anthropic/claude-sonnet-5')))).toEqual([])
  })

  it('is given for a deployment without a base_model', () => {
    const { base_model: _, ...azure } = AZURE
    expect(warningsOf(written({ azure_openai: azure }))).toEqual([
      'f.json:5:7: platforms.azure_openai.deployment: has no "base_model", so its price is unknown until its ' +
        'first answer\n  add "base_model" with the name of the model behind the deployment',
    ])
    expect(warningsOf(written({ azure_openai: AZURE }))).toEqual([])
  })

  it('is given for a missing service account file, with its full path', () => {
    const document = written({ google_vertex: { project_id: 'p', credentials_file: 'no/key.json' } })
    expect(warningsOf(document)).toEqual([
      expect.stringMatching(/5:7: .*credentials_file: file not found\n {2}put .* at \/.*\/no\/key\.json$/),
    ])
  })
})

describe('platforms_allowed', () => {
  it('may name vendors that are not configured, and platforms of the file', () => {
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
  ])('that leaves no platform causes a warning: %j of %j', (allowed, platforms) => {
    const customers = [anyCustomer('A', { platforms_allowed: allowed })]
    const { warnings } = interpretProject('f.json', JSON.stringify({ customers, platforms }))
    expect(warnings.map(problemText).join()).toContain(
      'customers[0].platforms_allowed: allows no enabled platform, so no question can be answered',
    )
  })

  it('with an unknown name is an error, for one customer and for all', () => {
    const customers = [anyCustomer('A', { platforms_allowed: ['openai', 'antropic'] })]
    const errors = errorsOf({ customers, defaults: { platforms_allowed: ['mine'] } })
    expect(errors).toEqual([
      expect.stringMatching(
        /customers\[0\]\.platforms_allowed\[1\]: no such platform "antropic" \(did you mean "anthropic"\?\)\n {2}use one of: openai, anthropic, /,
      ),
      expect.stringContaining('defaults.platforms_allowed[0]: no such platform "mine"\n  use one of: '),
    ])
  })
})
