import { didYouMean } from '../../../base/text/words.ts'
import { VENDOR_NAMES } from '../../../catalog/vendors.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'

/**
 * Checks every platforms_allowed. It may name a vendor that is not configured; any other unknown name is an error. A
 * list without any enabled platform causes a warning.
 */
export function reportAllowed({ document, reporter }: ResolveContext, platforms: PlatformSettings[]): void {
  const possible = [...new Set([...platforms.map(one => one.name), ...VENDOR_NAMES])]
  const enabled = platforms.filter(one => one.enabled).map(one => one.name)
  const lists: { names: string[] | undefined; path: Path }[] = [
    { names: document.defaults?.platforms_allowed, path: ['defaults'] },
    ...document.customers.map((one, i) => ({ names: one.platforms_allowed, path: ['customers', i] })),
  ]
  for (const { names, path } of lists) {
    if (!names) continue
    for (const [i, name] of names.entries())
      if (!possible.includes(name))
        reporter.error(
          [...path, 'platforms_allowed', i],
          `no such platform "${name}"${didYouMean(name, possible)}`,
          `use one of: ${possible.join(', ')}`,
        )
    if (!names.some(name => enabled.includes(name)))
      reporter.warn(
        [...path, 'platforms_allowed'],
        'allows no enabled platform, so no question can be answered',
        enabled.length > 0 ? `add one of: ${enabled.join(', ')}` : 'enable a platform under "platforms"',
      )
  }
}
