import { describe, expect, it } from 'vitest'
import type { Problem } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'
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

/** Errors of a routing section; its first key is in line 3. */
function faultsOf(routing: unknown, platforms: object | undefined = PLATFORMS): string[] {
  const sections = { routing, customers: [], platforms }
  return errorsOf(JSON.stringify(sections, undefined, 2))
}

describe('routing', () => {
  it('defaults to file order, fallback, and a health check every 30 seconds', () => {
    expect(routingOf(undefined)).toEqual({
      strategy: undefined,
      fallback: true,
      retryWaitMs: 20_000,
      healthCheckMs: 30_000,
      order: [],
      tiers: { cheap: [], standard: [], premium: [] },
      baseline: undefined,
      judge: undefined,
      retryRefusals: false,
    })
  })

  it('takes a platform or one of its models, whose name may contain slashes', () => {
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

  it('may name a disabled platform, and a built-in one when the file names none', () => {
    expect(routingOf({ order: ['anthropic'] }).order).toEqual(['anthropic'])
    const silent = projectOf({ customers: [], routing: { order: ['google_gemini'] } })
    expect(silent.routing.order).toEqual(['google_gemini'])
  })

  it.each([
    ['1s', 1_000],
    ['1000ms', 1_000],
    ['90s', 90_000],
    ['1440m', 86_400_000],
  ])('checks idle platforms every %s', (health_check_interval, milliseconds) => {
    expect(routingOf({ health_check_interval }).healthCheckMs).toBe(milliseconds)
  })

  it.each([
    [undefined, 20_000],
    ['0s', 0],
    ['1500ms', 1_500],
    ['5m', 300_000],
  ])('waits at most %s before a platform is asked again', (retry_wait, milliseconds) => {
    expect(routingOf({ retry_wait }).retryWaitMs).toBe(milliseconds)
  })
})

describe('an error in routing', () => {
  it.each([
    ['order', ['openia'], 'order[0]: no such platform "openia" (did you mean "openai"?)\n  use one of: '],
    ['order', ['openai', 'openai/gpt-5.4-mni'], 'order[1]: openai has no model "gpt-5.4-mni" (did you mean'],
    ['order', ['router/llama-4'], 'order[0]: router has no model "llama-4"'],
    ['order', ['google_gemini'], 'order[0]: no such platform "google_gemini"\n  use one of: openai, '],
    ['order', ['demo'], 'order[0]: no such platform "demo"'],
    ['tiers', { premium: ['opnai'] }, 'tiers.premium[0]: no such platform "opnai" (did you mean'],
    ['tiers', { premum: [] }, 'tiers.premum: unknown key (did you mean "premium"?)\n  use one of: cheap, '],
    ['baseline', 'claude', 'baseline: no such platform "claude"\n  use one of: openai, anthropic, router'],
    ['judge', 'openai/gpt-9', 'judge: openai has no model "gpt-9"\n  add it to "models" of openai'],
    ['order', 'openai', 'order: must be an array, not a string'],
    ['order', Array(51).fill('openai'), 'order: names more than 50 routes'],
    [
      'strategy',
      'cost_optimised',
      'strategy: must be one of "order", "cost_optimized", "latency", "capability" (did',
    ],
    ['fallback_enabled', 'no', 'fallback_enabled: must be a boolean, not a string'],
    ['stratgy', 'latency', 'stratgy: unknown key (did you mean "strategy"?)\n  use one of: strategy, order,'],
    ['health_check_interval', '999ms', 'health_check_interval: must be at least 1s\n  use for example "30s"'],
    ['health_check_interval', '1441m', 'health_check_interval: must be at most a day (1440m)'],
    ['health_check_interval', '1h', 'health_check_interval: must be like "30s" or "5m"'],
    ['retry_wait', '301s', 'retry_wait: must be at most 5m\n  use for example "20s"'],
    ['retry_wait', '20', 'retry_wait: must be like "30s" or "5m"'],
    ['health_check_interval', 30, 'health_check_interval: must be a string, not a number'],
  ])('is located: %s = %j', (key, value, words) => {
    const [error, ...others] = faultsOf({ [key]: value })
    expect(others).toEqual([])
    expect(error).toMatch(/^f\.json:[3-6]:\d+: routing\./)
    expect(error).toContain(`routing.${words}`)
  })

  it('is reported together with those of the platforms', () => {
    const errors = faultsOf({ order: ['x'] }, { openai: { modell: 'm' } })
    expect(errors.map(one => one.replace(/\n.*/, ''))).toEqual([
      'f.json:4:7: routing.order[0]: no such platform "x"',
      'f.json:10:7: platforms.openai.modell: unknown key (did you mean "model"?)',
    ])
  })
})

/** Problems of a customer's own routing in a file with this routing for all. */
function customerFaults(customer: object, routing: object = {}) {
  const document = {
    routing,
    platforms: PLATFORMS,
    customers: [{ name: 'Acme', mcp_servers: [], ...customer }],
  }
  const { errors, warnings } = interpretProject('f.json', JSON.stringify(document, undefined, 2))
  const tell = (one: Problem) => `${one.path}: ${one.message}\n  ${one.hint}`
  return { errors: errors.map(tell), warnings: warnings.map(tell), line: (errors[0] ?? warnings[0])?.line }
}

it('a customer has the limits of the defaults, unless it sets its own', () => {
  const [acme, bolt] = projectOf({
    defaults: { limits: { usd_per_day: 2, usd_per_month: 9 } },
    customers: [
      { name: 'Acme', mcp_servers: [], limits: { usd_per_day: 5 } },
      { name: 'Bolt', mcp_servers: [] },
    ],
  }).customers
  expect(acme).toMatchObject({ spending: { dayUsd: 5, monthUsd: 9 }, inheritedSpending: ['monthUsd'] })
  expect(bolt).toMatchObject({ spending: { dayUsd: 2 }, inheritedSpending: ['dayUsd', 'monthUsd'] })
})

describe('the routing of a customer', () => {
  it('overrides the routing of the file, key by key', () => {
    const routing = { strategy: 'order', order: ['router', 'openai'], tiers: { premium: ['openai/gpt-5.4'] } }
    const [acme, bolt] = projectOf({
      platforms: PLATFORMS,
      routing: { strategy: 'latency', order: ['openai'], tiers: { cheap: ['router'] } },
      customers: [
        { name: 'Acme', mcp_servers: [], routing },
        { name: 'Bolt', mcp_servers: [] },
      ],
    }).customers
    expect(acme?.routing).toEqual({
      ...routing,
      tiers: { cheap: [], standard: [], premium: ['openai/gpt-5.4'] },
    })
    expect(bolt?.routing).toEqual({})
  })

  it.each([
    [
      { order: ['openai', 'opnai'] },
      'order[1]: no such platform "opnai" (did you mean "openai"?)\n  use one of: ',
    ],
    [{ order: ['openai/gpt-5.4-mni'] }, 'order[0]: openai has no model "gpt-5.4-mni" (did you mean'],
    [{ tiers: { cheap: ['x'] } }, 'tiers.cheap[0]: no such platform "x"'],
    [{ strategy: 'cheap' }, 'strategy: must be one of "order", "cost_optimized", "latency", "capability"'],
    [{ judge: 'openai' }, 'judge: unknown key\n  use one of: strategy, order, tiers'],
  ])('is located: %j', (routing, words) => {
    const { errors, line } = customerFaults({ routing })
    expect(errors).toEqual([expect.stringContaining(`customers[0].routing.${words}`)])
    expect(line).toBeGreaterThan(20)
  })

  it('warns of a platform that the customer does not allow', () => {
    const { errors, warnings } = customerFaults({
      platforms_allowed: ['openai'],
      routing: { order: ['openai', 'router'] },
    })
    expect([errors, warnings]).toEqual([
      [],
      [
        "customers[0].routing.order[1]: is never asked: router may not see this customer's data\n" +
          '  remove it, or add "router" to its "platforms_allowed"',
      ],
    ])
  })

  it("warns of an order that the file's strategy overrules", () => {
    const routing = { order: ['router'] }
    expect(customerFaults({ routing }, { strategy: 'latency' }).warnings).toEqual([
      'customers[0].routing.order: decides only between equals: the file\'s strategy is "latency"\n' +
        '  add "strategy": "order" to this customer\'s "routing" to ask in this order',
    ])
    expect(
      customerFaults({ routing: { ...routing, strategy: 'order' } }, { strategy: 'latency' }).warnings,
    ).toEqual([])
  })
})
