import { didYouMean } from '../../../base/text/words.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import type { Path } from '../../document/problems.ts'
import type { RoutingInput } from '../../document/schema/platforms.ts'
import type { PlatformSettings, RoutingSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'

/** How a platform is picked. Every route must name a platform and a model of this file. */
export function resolveRouting(context: ResolveContext, platforms: PlatformSettings[]): RoutingSettings {
  const input = context.document.routing ?? {}
  for (const { route, path } of routesIn(input, ['routing'])) checkRoute(context, platforms, route, path)
  if (input.judge !== undefined) checkRoute(context, platforms, input.judge, ['routing', 'judge'])
  // Only its prices are used, so it may be a model that never answers.
  if (input.baseline !== undefined)
    checkRoute(context, platforms, input.baseline, ['routing', 'baseline'], 'any model')
  return {
    strategy: input.strategy,
    fallback: input.fallback_enabled ?? true,
    retryWaitMs: retryWaitMs(context, input.retry_wait),
    healthCheckMs: healthCheckMs(context, input.health_check_interval ?? '30s'),
    order: input.order ?? [],
    tiers: tiersOf(input),
    baseline: input.baseline,
    judge: input.judge,
    retryRefusals: input.retry_refusals ?? false,
  }
}

/** The routes of `order` and `tiers`, each with its place. */
export function routesIn(
  { order = [], tiers = {} }: RoutingInput,
  at: Path,
): { route: string; path: Path }[] {
  const lists: [Path, string[] | undefined][] = [
    [[...at, 'order'], order],
    ...Object.entries(tiers).map(([name, routes]): [Path, string[] | undefined] => [
      [...at, 'tiers', name],
      routes,
    ]),
  ]
  return lists.flatMap(([path, routes = []]) => routes.map((route, i) => ({ route, path: [...path, i] })))
}

export function tiersOf({ tiers }: RoutingInput): RoutingSettings['tiers'] {
  return { cheap: tiers?.cheap ?? [], standard: tiers?.standard ?? [], premium: tiers?.premium ?? [] }
}

/** A model's name may contain slashes: everything after the first one is the model. */
export function splitRoute(route: string): { platform: string; model: string | undefined } {
  const slash = route.indexOf('/')
  if (slash < 0) return { platform: route, model: undefined }
  return { platform: route.slice(0, slash), model: route.slice(slash + 1) }
}

/** Reports a route that names no platform or model of this file. */
export function checkRoute(
  { reporter }: ResolveContext,
  platforms: PlatformSettings[],
  route: string,
  path: Path,
  models: 'listed' | 'any model' = 'listed',
): void {
  const { platform, model } = splitRoute(route)
  // A built-in platform that is neither enabled nor in the file cannot answer.
  const usable = platforms.filter(one => one.written || one.enabled)
  const found = usable.find(one => one.name === platform)
  const known = usable.map(one => one.name)
  if (!found)
    reporter.error(
      path,
      `no such platform "${platform}"${didYouMean(platform, known)}`,
      `use one of: ${known.join(', ')}`,
    )
  else if (models === 'listed' && model !== undefined && !found.models.includes(model))
    reporter.error(
      path,
      `${platform} has no model "${model}"${didYouMean(model, found.models)}`,
      `add it to "models" of ${platform}`,
    )
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000 }
const SHORTEST_MS = 1_000
/** A timer of more than 24 days would fire at once. */
const LONGEST_MS = 24 * 3_600_000

function healthCheckMs({ reporter }: ResolveContext, text: string): number {
  const milliseconds = durationMs(text)
  const at: Path = ['routing', 'health_check_interval']
  if (milliseconds < SHORTEST_MS) reporter.error(at, 'must be at least 1s', 'use for example "30s"')
  if (milliseconds > LONGEST_MS) reporter.error(at, 'must be at most a day (1440m)', 'use for example "5m"')
  return milliseconds
}

/** Somebody is looking at the screen. */
const LONGEST_WAIT_MS = 5 * 60_000

function retryWaitMs({ reporter }: ResolveContext, text: string | undefined): number {
  if (text === undefined) return TIMEOUTS.retryMost
  const milliseconds = durationMs(text)
  if (milliseconds > LONGEST_WAIT_MS)
    reporter.error(['routing', 'retry_wait'], 'must be at most 5m', 'use for example "20s"')
  return milliseconds
}

function durationMs(text: string): number {
  const [, number = '', unit = ''] = text.match(/^(\d+)(ms|s|m)$/) ?? []
  return Number(number) * (UNITS[unit] ?? 1)
}
