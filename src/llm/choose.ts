import { SupportError } from '../base/errors.ts'
import { didYouMean } from '../base/words.ts'
import { type Customer, customerTitle, type PlatformSettings } from '../config/project.ts'

export interface Choice {
  platforms: readonly PlatformSettings[]
  customer: Pick<Customer, 'id' | 'name' | 'environment' | 'platformsAllowed'>
  /** Value of --platform. */
  wanted?: string | undefined
  /** Value of a credential by its name. */
  secretOf(name: string): string | undefined
}

/**
 * The platform for this customer: the wanted one, else the first that is enabled, permitted and has its key. Pure.
 *
 * @throws SupportError `refused` where policy leaves none, `no-platform` where none could answer, `usage` for an
 * unknown name.
 */
export function choosePlatform(choice: Choice): PlatformSettings {
  if (choice.wanted !== undefined) return wantedPlatform(choice, choice.wanted)
  const enabled = choice.platforms.filter(one => one.enabled)
  const permitted = enabled.filter(one => isPermitted(choice, one))
  if (enabled.length > 0 && permitted.length === 0) throw refused(choice, 'none of the platforms may')
  const ready = permitted.find(one => missingKey(choice, one) === undefined)
  if (ready) return ready
  const keys = permitted.flatMap(one => missingKey(choice, one) ?? [])
  throw new SupportError('no-platform', 'no model platform: the key of none is set', {
    hint: [keys.length ? `set ${keys.join(' or ')}` : 'enable one under "platforms"', demoHint(choice)].join(
      '',
    ),
  })
}

function wantedPlatform(choice: Choice, wanted: string): PlatformSettings {
  const found = choice.platforms.find(one => one.name === wanted)
  if (!found) {
    const known = choice.platforms.map(one => one.name)
    throw new SupportError('usage', `--platform: there is no "${wanted}"${didYouMean(wanted, known)}`, {
      hint: `known: ${known.join(', ')}`,
    })
  }
  if (!isPermitted(choice, found)) throw refused(choice, `${wanted} may not`)
  const missing = missingKey(choice, found)
  if (missing === undefined) return found
  throw new SupportError('no-platform', `${wanted}: its key is not set`, {
    hint: `set ${missing}${demoHint(choice)}`,
  })
}

function isPermitted({ customer }: Choice, platform: PlatformSettings): boolean {
  return customer.platformsAllowed === undefined || customer.platformsAllowed.includes(platform.name)
}

function missingKey({ secretOf }: Choice, { apiKeyName }: PlatformSettings): string | undefined {
  return apiKeyName === undefined || secretOf(apiKeyName) ? undefined : apiKeyName
}

function refused({ customer }: Choice, what: string): SupportError {
  const allowed = customer.platformsAllowed ?? []
  return new SupportError('refused', `${customerTitle(customer)}: ${what} see this customer's data`, {
    hint: `platforms_allowed permits ${allowed.join(', ') || 'none'}`,
  })
}

function demoHint(choice: Choice): string {
  const demo = choice.platforms.find(one => one.kind === 'demo')
  return demo && isPermitted(choice, demo) ? `, or take --platform ${demo.name} (no model is called)` : ''
}
