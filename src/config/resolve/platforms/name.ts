import { didYouMean, quotedList } from '../../../base/text/words.ts'
import { MODEL_VENDORS, VENDOR_NAMES, type VendorName } from '../../../catalog/vendors.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformInput } from '../../document/schema/platforms.ts'
import type { ResolveContext } from '../context.ts'

/** The vendor whose API a platform speaks. Reports an error and returns undefined when it is unknown. */
export function vendorOf(
  context: ResolveContext,
  name: string,
  { kind, base_url }: PlatformInput,
): VendorName | undefined {
  checkName(context, name)
  const { reporter } = context
  const at: Path = ['platforms', name]
  const byName = VENDOR_NAMES.find(one => one === name)
  const byKind = MODEL_VENDORS.find(one => one === kind)
  if (kind !== undefined && !byKind)
    reporter.error(
      [...at, 'kind'],
      `must be one of ${quotedList(MODEL_VENDORS)}${didYouMean(kind, MODEL_VENDORS)}`,
    )
  else if (byName && byKind && byKind !== byName)
    reporter.error([...at, 'kind'], `a platform named "${name}" is always ${byName}`, 'rename the platform')
  else if (!byName && !byKind && base_url === undefined)
    reporter.error(
      at,
      `needs a "base_url" or a "kind"${meantVendor(name)}`,
      `add "base_url" for an OpenAI-compatible server, or "kind": ${MODEL_VENDORS.join(', ')}`,
    )
  if (byName) return byName
  return kind === undefined && base_url !== undefined ? 'openai' : byKind
}

/** A name is the first part of a route, and is typed after --platform. */
function checkName({ reporter }: ResolveContext, name: string): void {
  if (name === '') reporter.error(['platforms', name], 'must not be empty')
  if (name.includes('/')) reporter.error(['platforms', name], 'must not contain a slash')
  if (name === 'auto')
    reporter.error(['platforms', name], 'is reserved for "/platform auto"', 'choose another name')
}

/** `azure` is not close enough to `azure_openai` to count as a typo, but it means the same. */
function meantVendor(name: string): string {
  const whole =
    name === '' ? [] : MODEL_VENDORS.filter(vendor => vendor.split('_').includes(name.toLowerCase()))
  return whole.length > 0 ? ` (did you mean ${quotedList(whole, ' or ')}?)` : didYouMean(name, MODEL_VENDORS)
}
