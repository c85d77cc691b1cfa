import type { Cost } from '../../base/money.ts'
import type { PlatformSettings } from '../../config/project.ts'
import type { ModelNames, PlatformFaultKind, Usage } from '../../platforms/platform.ts'
import type { BreakerState } from '../route/breaker.ts'
import { isListed, similarNames } from '../route/listed.ts'
import { type FailureCause, kindWords } from '../route/policy.ts'
import type { RefusalOf } from '../route/routes.ts'
import { availability, type Figures, figuresByRoute } from './fold.ts'
import type { TurnRecord } from './record.ts'

/** One model of one platform: its current state and its figures. */
export interface PlatformRow {
  platform: string
  vendor: string
  model: string
  /**
   * `ready`: the model is in the list that was just fetched. `not-checked`: the list cannot show that. `paused`: not used
   * before `until`. `trial`: the next request decides.
   */
  state:
    | 'ready'
    | 'model-not-found'
    | 'not-checked'
    | 'paused'
    | 'trial'
    | 'failing'
    | 'no-key'
    | 'disabled'
    | 'unknown'
  reason: string
  /** What to do next; empty if nothing needs to be done. */
  hint: string
  /** ISO 8601; null unless paused. */
  until: string | null
  requests: number
  ok: number
  errors: Partial<Record<PlatformFaultKind, number>>
  /** 0..1; null without requests. */
  availability: number | null
  /** Milliseconds. */
  firstTokenMs: { p50: number | null; p95: number | null; p99: number | null }
  /** Null if there were requests, and none was counted. */
  tokens: Usage | null
  cost: Cost
}

/** The current state of a route. */
export interface RouteStatus {
  breaker: BreakerState
  listing: { fault: FailureCause | undefined; names: ModelNames } | undefined
}

/**
 * One row per configured model, and one per model that was used before. Pure.
 *
 * @param sights by route name; a platform without its key has none
 * @param refusalOf why a platform must not get its key
 */
export function platformRows(
  platforms: readonly PlatformSettings[],
  turns: Iterable<TurnRecord>,
  sights: ReadonlyMap<string, RouteStatus>,
  refusalOf: RefusalOf = () => undefined,
): PlatformRow[] {
  const figures = figuresByRoute(turns)
  const rows = platforms.flatMap(platform =>
    platform.models.map(model => {
      const name = `${platform.name}/${model}`
      const found = figures.get(name)
      figures.delete(name)
      return rowOf(
        { platform: platform.name, vendor: platform.kind, model },
        found,
        stateOf(platform, model, sights.get(name) ?? refusalOf(platform)),
      )
    }),
  )
  const gone = {
    state: 'unknown' as const,
    reason: 'not in the configuration',
    hint: '',
    until: null,
  }
  return [...rows, ...[...figures.values()].map(one => rowOf(one, one, gone))]
}

type PlatformState = Pick<PlatformRow, 'state' | 'reason' | 'hint' | 'until'>

function stateOf(
  platform: PlatformSettings,
  model: string,
  sight: RouteStatus | ReturnType<RefusalOf>,
): PlatformState {
  const noDetails = { reason: '', hint: '', until: null }
  if (!platform.enabled) return { ...noDetails, state: 'disabled', reason: 'disabled in the configuration' }
  if (platform.kind === 'demo')
    return { ...noDetails, state: 'ready', reason: 'answers by rules, without a model' }
  if (!sight) {
    const { apiKeyName } = platform
    const hint = apiKeyName === undefined ? '' : `set ${apiKeyName}`
    return { ...noDetails, state: 'no-key', reason: 'key not set', hint }
  }
  if ('reason' in sight) return { ...sight, state: 'no-key', until: null }
  const { breaker, listing } = sight
  if (breaker.state === 'open') {
    const until = new Date(breaker.until).toISOString()
    return {
      state: 'paused',
      reason: causeText(breaker),
      hint: hintFor(platform, breaker),
      until,
    }
  }
  if (breaker.state === 'half-open') {
    const hint = hintFor(platform, breaker)
    return {
      ...noDetails,
      state: 'trial',
      reason: `failed before (${causeText(breaker)}); the next question decides`,
      hint,
    }
  }
  if (!listing) return { ...noDetails, state: 'unknown' }
  return { until: null, ...listedState(platform, model, listing) }
}

const CHECK_HINT = 'run `supportmax platforms --check` to ask it a tiny question'

function listedState(
  platform: PlatformSettings,
  model: string,
  { fault, names }: NonNullable<RouteStatus['listing']>,
): Omit<PlatformState, 'until'> {
  if (fault && !isWithoutList(fault))
    return { state: 'failing', reason: causeText(fault), hint: hintFor(platform, fault) }
  const listed = fault ? 'unsure' : isListed(platform, model, names)
  if (listed === 'yes') return { state: 'ready', reason: '', hint: '' }
  if (listed === 'no' && names)
    return {
      state: 'model-not-found',
      reason: `its list has no ${platform.azure ? 'deployment' : 'model'} "${model}"`,
      hint: `set ${platform.azure ? '"deployment"' : '"model"'} to a listed name${suchAs(similarNames(model, names, 3))}`,
    }
  const why = fault ? `no list of models (${fault.reason})` : whyUnsure(platform, names)
  return { state: 'not-checked', reason: why, hint: CHECK_HINT }
}

function suchAs(names: readonly string[]): string {
  return names.length === 0 ? '' : `, such as ${names.join(', ')}`
}

function whyUnsure({ azure }: PlatformSettings, names: ModelNames): string {
  if (names) return 'its list does not show whether it has this model'
  return azure
    ? 'the key works, but this resource does not list its deployments'
    : 'no list of models could be read'
}

/** Faults of a server that has no list of models, but may answer questions. */
const WITHOUT_LIST: readonly PlatformFaultKind[] = ['not_found', 'rejected', 'unsupported', 'bad_request']

function isWithoutList({ kind, reason }: FailureCause): boolean {
  return WITHOUT_LIST.includes(kind) || /^501\b/.test(reason)
}

function causeText({ kind, reason }: FailureCause): string {
  return reason === '' ? kindWords(kind) : `${kindWords(kind)}: ${reason}`
}

/** What to do about a failure, at best by what it says itself; empty if nothing needs to be done. */
function hintFor({ apiKeyName, vertex, azure }: PlatformSettings, { kind, remedy }: FailureCause): string {
  if (remedy !== undefined) return remedy
  if (kind === 'auth' && vertex)
    return 'run `gcloud auth application-default login`, or fix "credentials_file"'
  if (kind === 'auth' && azure?.tokenCommand) return 'run the program of "token_command" by hand, and sign in'
  if (kind === 'auth' && azure?.entra) return `check "entra" and the value of ${azure.entra.secretName}`
  if (kind === 'auth')
    return apiKeyName === undefined
      ? 'add "api_key_env" to this platform'
      : `check the value of ${apiKeyName}`
  if (kind === 'quota') return "raise the limit in the vendor's console"
  if (kind === 'not_found') return 'check "model" (or "deployment") and "base_url" in the configuration'
  if (kind === 'unsupported')
    return 'choose another model: this one or its server rejects, for example, tools'
  if (kind === 'network') return 'check "base_url", the proxy and the network'
  return ''
}

function rowOf(
  who: Pick<PlatformRow, 'platform' | 'vendor' | 'model'>,
  figures: Figures | undefined,
  state: PlatformState,
): PlatformRow {
  const at = (share: number) => figures?.firstToken.at(share) ?? null
  return {
    platform: who.platform,
    vendor: who.vendor,
    model: who.model,
    ...state,
    requests: figures?.requests ?? 0,
    ok: figures?.ok ?? 0,
    errors: figures?.errors ?? {},
    availability: (figures && availability(figures)) ?? null,
    firstTokenMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
    tokens: figures ? (figures.usage ?? null) : NO_TOKENS,
    cost: figures?.cost ?? { usd: 0, unknown: 0 },
  }
}

const NO_TOKENS: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
