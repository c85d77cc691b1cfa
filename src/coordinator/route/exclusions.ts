import type { PlatformFaultKind } from '../../platforms/platform.ts'
import type { Breakers } from './breaker.ts'
import { type Choice, obstacleOf, type Route } from './routes.ts'

/** A platform, or one of its models, that a question is not sent to, or only if nothing else is left. */
export interface Exclusion {
  platform: string
  /** Undefined for all its models. */
  model: string | undefined
  reason:
    | 'disabled'
    | 'not-allowed'
    | 'no-key'
    /** Another platform or model was chosen. */
    | 'not-chosen'
    /** The demo's rules, and a vendor that the file does not name, never replace a platform. */
    | 'no-replacement'
    /** `fallback_enabled` is off. */
    | 'no-fallback'
    | 'paused'
  /** Of a pause: milliseconds since 1970, and what failed. */
  until?: number
  kind?: PlatformFaultKind
  /** Name of the credential that has no value, or why it must not be used. */
  keyName?: string | undefined
  refusal?: { reason: string; hint: string } | undefined
}

/** Everything in the configuration that is not simply asked, in file order. Pure. */
export function exclusionsOf(
  choice: Choice,
  {
    routes,
    asked,
    stateOf,
  }: { routes: readonly Route[]; asked: readonly Route[]; stateOf: Breakers['state'] },
): Exclusion[] {
  const shown = choice.platforms.filter(one => one.written || one.enabled)
  return shown.flatMap(platform => {
    const { name, apiKeyName } = platform
    const obstacle = obstacleOf(choice, platform)
    const refusal = obstacle === 'no-key' ? choice.refusalOf?.(platform) : undefined
    if (obstacle)
      return [{ platform: name, model: undefined, reason: obstacle, keyName: apiKeyName, refusal }]
    const own = routes.filter(one => one.platform === platform)
    if (own.length === 0 && routes.length > 0) {
      const isChosen = choice.platform !== undefined || choice.model !== undefined
      const reason = isChosen ? ('not-chosen' as const) : ('no-replacement' as const)
      return [{ platform: name, model: undefined, reason }]
    }
    return own.flatMap((route): Exclusion[] => {
      // Paused, but asked first, because nothing else is available.
      if (asked[0] === route) return []
      const state = stateOf(route)
      const who = { platform: name, model: route.model }
      if (state.state === 'open') return [{ ...who, reason: 'paused', until: state.until, kind: state.kind }]
      return asked.length === 0 || asked.includes(route) ? [] : [{ ...who, reason: 'no-fallback' }]
    })
  })
}
