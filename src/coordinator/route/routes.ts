import { SupportError } from '../../base/errors.ts'
import { didYouMean } from '../../base/text/words.ts'
import { type Customer, customerTitle, type PlatformSettings } from '../../config/project.ts'

/** One model of one platform, which a request can be sent to. */
export interface Route {
  /** `platform/model`. */
  name: string
  platform: PlatformSettings
  model: string
}

export interface Choice {
  platforms: readonly PlatformSettings[]
  customer: Pick<Customer, 'id' | 'name' | 'environment' | 'platformsAllowed'> &
    Partial<Pick<Customer, 'routing'>>
  /** Explicitly requested: nothing else is used. */
  platform?: string | undefined
  model?: string | undefined
  /** Looks up a credential's value by its name. */
  secretOf(name: string): string | undefined
  /** Why a platform must not get a credential that it uses (default: it may). */
  refusalOf?: RefusalOf | undefined
}

/** Why something is not used, and what to do about it. */
export type RefusalOf = (platform: PlatformSettings) => { reason: string; hint: string } | undefined

/**
 * All routes that may see this customer's data and have their key, in file order. Pure.
 *
 * @throws SupportError `refused` when policy leaves none, `no-platform` when none is ready, `usage` for an unknown name
 */
export function routesFor(choice: Choice): Route[] {
  if (choice.platform !== undefined) return routesOf(wantedPlatform(choice, choice.platform), choice.model)
  const enabled = choice.platforms.filter(one => one.enabled)
  const permitted = enabled.filter(one => isPermitted(choice, one))
  if (enabled.length > 0 && permitted.length === 0) throw refused(choice, 'no platform may')
  const ready = permitted.filter(one => isReady(choice, one))
  const [first] = ready
  const owner = enabled.find(one => choice.model !== undefined && one.models.includes(choice.model))
  if (owner && !permitted.some(one => one.models.includes(choice.model ?? '')))
    throw refused(choice, `${owner.name}, which has the model ${choice.model}, may not`)
  if (first && choice.model !== undefined) return routesOf(ownerOf(choice.model, ready, first), choice.model)
  if (first) return withReplacements(first, ready).flatMap(one => routesOf(one, undefined))
  const [refusal] = permitted.flatMap(one => choice.refusalOf?.(one) ?? [])
  if (refusal) throw new SupportError('no-platform', `no model platform is ready: ${refusal.reason}`, refusal)
  const keys = permitted.flatMap(one => missingKey(choice, one) ?? [])
  throw new SupportError('no-platform', 'no model platform is ready: no key is set', {
    hint: (keys.length ? keyHint(keys) : 'enable one under "platforms"') + demoHint(choice),
  })
}

/** The routes of every enabled platform that has its key. */
export function usableRoutes(choice: Pick<Choice, 'platforms' | 'secretOf' | 'refusalOf'>): Route[] {
  const ready = choice.platforms.filter(one => one.enabled && isReady(choice, one))
  const [first] = ready
  return first ? withReplacements(first, ready).flatMap(one => routesOf(one, undefined)) : []
}

/**
 * The platforms that answer together with `first`: those in the file may replace each other. The demo's rules never
 * replace a model, and a vendor that the file does not name never gets data only because another one failed.
 */
function withReplacements(first: PlatformSettings, ready: PlatformSettings[]): PlatformSettings[] {
  const written = ready.filter(one => one.written && one.kind !== 'demo')
  return first.kind === 'demo' || written.length === 0 ? [first] : written
}

function routesOf(platform: PlatformSettings, model: string | undefined): Route[] {
  const models = model === undefined ? platform.models : [model]
  return models.map(one => ({ name: `${platform.name}/${one}`, platform, model: one }))
}

/** A model that no platform lists is sent to the first one, which may know it. */
function ownerOf(model: string, ready: PlatformSettings[], first: PlatformSettings): PlatformSettings {
  return ready.find(one => one.models.includes(model)) ?? first
}

/** The route named by `platform` or `platform/model`. A model's name may contain slashes. */
export function routeNamed(platforms: readonly PlatformSettings[], text: string): Route | undefined {
  const [name = ''] = text.split('/', 1)
  const platform = platforms.find(one => one.name === name)
  const model = text === name ? platform?.models[0] : text.slice(name.length + 1)
  return platform && model ? { name: `${name}/${model}`, platform, model } : undefined
}

/** The first route of each platform, `without` one of them. */
export function onePerPlatform(routes: readonly Route[], without?: string): Route[] {
  const others = routes.filter(one => one.platform.name !== without)
  return others.filter((one, i) => others.findIndex(other => other.platform === one.platform) === i)
}

/** Why a platform cannot answer this customer at all; undefined if it can. */
export function obstacleOf(
  choice: Choice,
  platform: PlatformSettings,
): 'disabled' | 'not-allowed' | 'no-key' | undefined {
  if (!platform.enabled && platform.name !== choice.platform) return 'disabled'
  if (!isPermitted(choice, platform)) return 'not-allowed'
  return isReady(choice, platform) ? undefined : 'no-key'
}

function wantedPlatform(choice: Choice, wanted: string): PlatformSettings {
  // A vendor that the file does not name gets no data, even if requested; the demo sends data to nobody.
  const known = choice.platforms.filter(one => one.written || one.enabled || one.kind === 'demo')
  const found = known.find(one => one.name === wanted)
  if (!found) {
    const names = known.map(one => one.name)
    const route = routeNamed(known, wanted)
    const hint = route
      ? `use \`--platform ${route.platform.name} --model ${route.model}\``
      : `use one of: ${names.join(', ')}`
    throw new SupportError('usage', `--platform: no such platform "${wanted}"${didYouMean(wanted, names)}`, {
      hint,
    })
  }
  if (!isPermitted(choice, found)) throw refused(choice, `${wanted} may not`)
  const refusal = choice.refusalOf?.(found)
  if (refusal) throw new SupportError('no-platform', `${wanted}: ${refusal.reason}`, refusal)
  const missing = missingKey(choice, found)
  if (missing === undefined) return found
  throw new SupportError('no-platform', `${wanted}: key not set`, {
    hint: keyHint([missing]) + demoHint(choice),
  })
}

function isPermitted({ customer }: Choice, platform: PlatformSettings): boolean {
  return customer.platformsAllowed === undefined || customer.platformsAllowed.includes(platform.name)
}

function isReady(choice: Pick<Choice, 'secretOf' | 'refusalOf'>, platform: PlatformSettings): boolean {
  return choice.refusalOf?.(platform) === undefined && missingKey(choice, platform) === undefined
}

function missingKey(
  { secretOf }: Pick<Choice, 'secretOf'>,
  { apiKeyName }: PlatformSettings,
): string | undefined {
  return apiKeyName === undefined || secretOf(apiKeyName) ? undefined : apiKeyName
}

/** What to do about keys that are not set. A chat that is open reads the file again when it changes. */
function keyHint(names: readonly string[]): string {
  const one = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(new Set(names))
  return `put ${one} into the credentials file (mcp_credentials.env), or export it and start again`
}

function refused({ customer }: Choice, what: string): SupportError {
  const allowed = customer.platformsAllowed ?? []
  return new SupportError('refused', `${customerTitle(customer)}: ${what} see this customer's data`, {
    hint: `change its "platforms_allowed" (now: ${allowed.join(', ') || 'none'})`,
  })
}

function demoHint(choice: Choice): string {
  const demo = choice.platforms.find(one => one.kind === 'demo')
  return demo && isPermitted(choice, demo) ? `, or use \`--platform ${demo.name}\` (no model is called)` : ''
}
