import type { PlatformWork } from '../../src/chat/commands/platforms/choice.ts'
import type { PlatformSettings, RoutingSettings } from '../../src/config/project.ts'

/** A platform of the model with everything filled in; `over` says what the test is about. */
export function aPlatform(name: string, over: Partial<PlatformSettings> = {}): PlatformSettings {
  const kind = name === 'demo' ? 'demo' : 'openai'
  return {
    name,
    kind,
    written: true,
    enabled: kind !== 'demo',
    models: [`${name}-model`],
    apiKeyName: kind === 'demo' ? undefined : `${name.toUpperCase()}_KEY`,
    baseUrl: undefined,
    dialect: undefined,
    azure: undefined,
    vertex: undefined,
    prices: {},
    contextWindow: undefined,
    headers: {},
    network: {},
    timeouts: {},
    output: {},
    mostTools: undefined,
    ...over,
  }
}

/** What a file without a word on routing means; `over` says what the test is about. */
export function aRouting(over: Partial<RoutingSettings> = {}): RoutingSettings {
  return {
    strategy: undefined,
    fallback: true,
    retryWaitMs: 20_000,
    healthCheckMs: 30_000,
    order: [],
    tiers: { cheap: [], standard: [], premium: [] },
    baseline: undefined,
    judge: undefined,
    retryRefusals: false,
    ...over,
  }
}

/** What /platform, /model and /cost work on where a test is about something else. */
export function noPlatformWork(): PlatformWork {
  return {
    choiceOf: () => ({}),
    choose() {},
    check() {},
    strategy: () => undefined,
    routes: () => [],
    endPause: () => false,
    turnsToday: () => [],
  }
}
