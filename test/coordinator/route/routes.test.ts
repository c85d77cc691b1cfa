import { describe, expect, it } from 'vitest'
import { type Choice, onePerPlatform, routeNamed, routesFor } from '../../../src/coordinator/route/routes.ts'
import { aPlatform } from '../../helpers/platforms.ts'

const platforms = [aPlatform('openai'), aPlatform('inhouse', { models: ['a', 'b'] }), aPlatform('demo')]

function routes(more: Partial<Choice> & { allowed?: string[]; keys?: string[] } = {}): string {
  const { allowed, keys = [], ...rest } = more
  const customer = { id: 'acme', name: 'Acme', environment: undefined, platformsAllowed: allowed }
  const secretOf = (name: string) => (keys.includes(name) ? 'value' : undefined)
  try {
    return routesFor({ platforms, customer, secretOf, ...rest })
      .map(one => one.name)
      .join(' ')
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string }
    return `${code}: ${message} (${hint})`
  }
}

const both = ['OPENAI_KEY', 'INHOUSE_KEY']

describe('the routes for a customer', () => {
  it('are all that are enabled, permitted and have their key, in file order', () => {
    expect(routes({ keys: both })).toBe('openai/openai-model inhouse/a inhouse/b')
    expect(routes({ keys: ['INHOUSE_KEY'] })).toBe('inhouse/a inhouse/b')
    expect(routes({ keys: both, allowed: ['inhouse'] })).toBe('inhouse/a inhouse/b')
  })

  it('are only those of the requested platform, even if it is disabled', () => {
    expect(routes({ platform: 'demo' })).toBe('demo/demo-model')
    expect(routes({ platform: 'inhouse', model: 'c', keys: both })).toBe('inhouse/c')
  })

  it('are those of the platform that lists a requested model', () => {
    expect(routes({ model: 'b', keys: both })).toBe('inhouse/b')
    expect(routes({ model: 'new', keys: both })).toBe('openai/new')
    expect(routes({ model: 'b', keys: both, allowed: ['openai'] })).toContain(
      "refused: Acme (acme): inhouse, which has the model b, may not see this customer's data",
    )
  })

  it('are an error if policy leaves none', () => {
    expect(routes({ allowed: [], keys: ['OPENAI_KEY'] })).toBe(
      `refused: Acme (acme): no platform may see this customer's data (change its "platforms_allowed" (now: none))`,
    )
    expect(routes({ allowed: ['inhouse'], platform: 'openai', keys: ['OPENAI_KEY'] })).toContain('refused: ')
  })

  it('are an error with the next step if no key is set', () => {
    expect(routes()).toBe(
      'no-platform: no model platform is ready: no key is set (put OPENAI_KEY or INHOUSE_KEY into the credentials file (mcp_credentials.env), or export it and start again, or use `--platform demo` (no model is called))',
    )
    expect(routes({ platform: 'openai' })).toContain('no-platform: openai: key not set (put OPENAI_KEY into')
  })

  it('do not suggest the demo model if it is not permitted', () => {
    expect(routes({ allowed: ['openai'] })).not.toContain('demo')
  })

  it('are an error for an unknown name', () => {
    expect(routes({ platform: 'opneai' })).toBe(
      'usage: --platform: no such platform "opneai" (did you mean "openai"?) (use one of: openai, inhouse, demo)',
    )
  })

  it('do not include a vendor that the file leaves out, even if it is requested', () => {
    const silenced = [aPlatform('openai'), aPlatform('google_gemini', { written: false, enabled: false })]
    const keys = ['OPENAI_KEY', 'GOOGLE_GEMINI_KEY']
    expect(routes({ platforms: silenced, platform: 'google_gemini', keys })).toContain(
      'usage: --platform: no such platform "google_gemini" (use one of: openai)',
    )
  })

  it('are an error with the right options if a route is given as a platform', () => {
    expect(routes({ platform: 'inhouse/b', keys: both })).toContain('(use `--platform inhouse --model b`)')
  })

  it('never include a replacement that the file does not name, nor the demo', () => {
    const silent = [
      aPlatform('openai', { written: false }),
      aPlatform('anthropic', { written: false }),
      aPlatform('demo', { enabled: true }),
    ]
    const keys = ['OPENAI_KEY', 'ANTHROPIC_KEY']
    expect(routes({ platforms: silent, keys })).toBe('openai/openai-model')
    const demoFirst = [aPlatform('demo', { enabled: true }), aPlatform('openai')]
    expect(routes({ platforms: demoFirst, keys })).toBe('demo/demo-model')
    expect(routes({ platforms: demoFirst.toReversed(), keys })).toBe('openai/openai-model')
  })
})

it('a route is named by its platform and by a model, whose name may contain slashes', () => {
  const names = ['inhouse', 'inhouse/b', 'inhouse/org/model', 'nobody', 'nobody/b']
  expect(names.map(one => routeNamed(platforms, one)?.name)).toEqual([
    'inhouse/a',
    'inhouse/b',
    'inhouse/org/model',
    undefined,
    undefined,
  ])
})

it('the one route of each platform is its first', () => {
  const all = ['inhouse/a', 'inhouse/b', 'openai'].flatMap(one => routeNamed(platforms, one) ?? [])
  expect(onePerPlatform(all).map(one => one.name)).toEqual(['inhouse/a', 'openai/openai-model'])
  expect(onePerPlatform(all, 'inhouse').map(one => one.name)).toEqual(['openai/openai-model'])
})
