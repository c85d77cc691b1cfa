import { describe, expect, it } from 'vitest'
import { type Choice, choosePlatform } from '../../src/llm/choose.ts'
import { openPlatform } from '../../src/llm/open.ts'
import { aPlatform } from '../helpers/platforms.ts'

const platform = aPlatform
const platforms = [platform('openai'), platform('inhouse'), platform('demo')]

function choose(more: Partial<Choice> & { allowed?: string[]; keys?: string[] } = {}): string {
  const { allowed, keys = [], ...rest } = more
  const customer = { id: 'acme', name: 'Acme', environment: undefined, platformsAllowed: allowed }
  const secretOf = (name: string) => (keys.includes(name) ? 'value' : undefined)
  try {
    return choosePlatform({ platforms, customer, secretOf, ...rest }).name
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string }
    return `${code}: ${message} (${hint})`
  }
}

describe('the platform for a customer', () => {
  it('is the first that is enabled, permitted and has its key', () => {
    expect(choose({ keys: ['OPENAI_KEY', 'INHOUSE_KEY'] })).toBe('openai')
    expect(choose({ keys: ['INHOUSE_KEY'] })).toBe('inhouse')
    expect(choose({ keys: ['OPENAI_KEY', 'INHOUSE_KEY'], allowed: ['inhouse'] })).toBe('inhouse')
  })

  it('is the wanted one, also where it is not enabled', () => {
    expect(choose({ wanted: 'demo' })).toBe('demo')
  })

  it('is none where policy leaves none', () => {
    expect(choose({ keys: ['OPENAI_KEY'], allowed: ['elsewhere'] })).toBe(
      "refused: Acme (acme): none of the platforms may see this customer's data (platforms_allowed permits elsewhere)",
    )
    expect(choose({ wanted: 'openai', keys: ['OPENAI_KEY'], allowed: ['inhouse'] })).toContain(
      'refused: Acme (acme): openai may not see',
    )
  })

  it('is none where no key is set, and the hint says which', () => {
    expect(choose()).toBe(
      'no-platform: no model platform: the key of none is set ' +
        '(set OPENAI_KEY or INHOUSE_KEY, or take --platform demo (no model is called))',
    )
    expect(choose({ wanted: 'inhouse', allowed: ['inhouse'] })).toBe(
      'no-platform: inhouse: its key is not set (set INHOUSE_KEY)',
    )
  })

  it('that is unknown is a slip of the pen', () => {
    expect(choose({ wanted: 'opnai' })).toContain('did you mean "openai"?')
  })

  it('opens with the model that was asked for', async () => {
    const opened = await openPlatform(platform('openai'), () => 'key', 'big-one')
    expect([opened.name, opened.model]).toEqual(['openai', 'big-one'])
    expect((await openPlatform(platform('demo'), () => undefined)).name).toBe('demo')
  })
})
