import { describe, expect, it } from 'vitest'
import type { RoutingSettings } from '../../src/config/project.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const PLATFORMS = {
  openai: { models: ['gpt-5.4', 'gpt-5.4-mini'] },
  anthropic: { enabled: false },
  router: { base_url: 'http://h/v1', model: 'meta/llama-4' },
}

function routingOf(routing: object | undefined, platforms: object | undefined = PLATFORMS): RoutingSettings {
  return projectOf({ customers: [], platforms, routing }).routing
}

/** Errors of a routing section; its first key stands in line 3. */
function faultsOf(routing: unknown, platforms: object | undefined = PLATFORMS): string[] {
  const sections = { routing, customers: [], platforms }
  return errorsOf(JSON.stringify(sections, undefined, 2))
}

describe('routing', () => {
  it('is left out: the order of the file, the next one on a failure, a look every 30 seconds', () => {
    expect(routingOf(undefined)).toEqual({
      strategy: undefined,
      fallback: true,
      healthCheckMs: 30_000,
      order: [],
      tiers: { cheap: [], standard: [], premium: [] },
      baseline: undefined,
      judge: undefined,
      retryRefusals: false,
    })
  })

  it('takes routes of a platform and of one of its models, whose name may hold slashes', () => {
    const routing = {
      strategy: 'cost_optimized',
      order: ['router/meta/llama-4', 'openai'],
      tiers: { cheap: ['openai/gpt-5.4-mini'], premium: ['openai/gpt-5.4'] },
      baseline: 'openai/gpt-5.4',
      judge: 'router',
      fallback_enabled: false,
      retry_refusals: true,
    }
    expect(routingOf(routing)).toMatchObject({
      strategy: 'cost_optimized',
      order: routing.order,
      tiers: { cheap: ['openai/gpt-5.4-mini'], standard: [], premium: ['openai/gpt-5.4'] },
      baseline: 'openai/gpt-5.4',
      judge: 'router',
      fallback: false,
      retryRefusals: true,
    })
  })

  it('may name a platform that is off, and what is built in where the file names no platform', () => {
    expect(routingOf({ order: ['anthropic'] }).order).toEqual(['anthropic'])
    const silent = projectOf({ customers: [], routing: { order: ['google_gemini'] } })
    expect(silent.routing.order).toEqual(['google_gemini'])
  })

  it.each([
    ['1s', 1_000],
    ['1000ms', 1_000],
    ['90s', 90_000],
    ['1440m', 86_400_000],
  ])('looks after idle platforms every %s', (health_check_interval, milliseconds) => {
    expect(routingOf({ health_check_interval }).healthCheckMs).toBe(milliseconds)
  })
})

describe('a fault in routing', () => {
  it.each([
    [
      'order',
      ['openia'],
      'order[0]: "openia" is no platform of this file (did you mean "openai"?) — known: ',
    ],
    ['order', ['openai', 'openai/gpt-5.4-mni'], 'order[1]: openai has no model "gpt-5.4-mni" (did you mean'],
    ['order', ['router/llama-4'], 'order[0]: router has no model "llama-4"'],
    ['order', ['google_gemini'], 'order[0]: "google_gemini" is no platform of this file — known: openai, '],
    ['order', ['demo'], 'order[0]: "demo" is no platform of this file'],
    ['tiers', { premium: ['opnai'] }, 'tiers.premium[0]: "opnai" is no platform of this file (did you mean'],
    ['tiers', { premum: [] }, 'tiers.premum: unknown key (did you mean "premium"?) — known here: cheap, '],
    [
      'baseline',
      'claude',
      'baseline: "claude" is no platform of this file — known: openai, anthropic, router',
    ],
    ['judge', 'openai/gpt-9', 'judge: openai has no model "gpt-9" — add it to "models" of openai'],
    ['order', 'openai', 'order: must be an array, this is a string'],
    ['order', Array(51).fill('openai'), 'order: names more than 50 routes'],
    ['strategy', 'cost_optimised', 'strategy: must be one of "cost_optimized", "latency", "capability" (did'],
    ['fallback_enabled', 'no', 'fallback_enabled: must be a boolean, this is a string'],
    ['stratgy', 'latency', 'stratgy: unknown key (did you mean "strategy"?) — known here: strategy, order,'],
    ['health_check_interval', '999ms', 'health_check_interval: must be 1s or more — for example "30s"'],
    ['health_check_interval', '1441m', 'health_check_interval: must be a day (1440m) or less'],
    ['health_check_interval', '1h', 'health_check_interval: must be like "30s" or "5m"'],
    ['health_check_interval', 30, 'health_check_interval: must be a string, this is a number'],
  ])('is told at its place: %s = %j', (key, value, words) => {
    const [error, ...others] = faultsOf({ [key]: value })
    expect(others).toEqual([])
    expect(error).toMatch(/^f\.json:[3-6]:\d+: routing\./)
    expect(error).toContain(`routing.${words}`)
  })

  it('stands beside those of the platforms', () => {
    const errors = faultsOf({ order: ['x'] }, { openai: { modell: 'm' } })
    expect(errors.map(one => one.replace(/ — .*/, ''))).toEqual([
      'f.json:4:7: routing.order[0]: "x" is no platform of this file',
      'f.json:10:7: platforms.openai.modell: unknown key (did you mean "model"?)',
    ])
  })
})
