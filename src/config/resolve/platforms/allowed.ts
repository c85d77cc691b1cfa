import { didYouMean } from '../../../base/text/words.ts'
import type { Path } from '../../document/problems.ts'
import type { PlatformSettings } from '../../project.ts'
import type { ResolveContext } from '../context.ts'
import { WELL_KNOWN } from './name.ts'

/**
 * A customer may be allowed a platform that is not set up; a name that can be none is a slip of the pen, and a list
 * that leaves nobody to answer is worth a word.
 */
export function reportAllowed({ document, reporter }: ResolveContext, platforms: PlatformSettings[]): void {
  const possible = [...new Set([...platforms.map(one => one.name), ...WELL_KNOWN])]
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
          `"${name}" is no platform of this file${didYouMean(name, possible)}`,
          `known: ${possible.join(', ')}`,
        )
    if (!names.some(name => enabled.includes(name)))
      reporter.warn(
        [...path, 'platforms_allowed'],
        'allows no platform that is enabled here: no question will be answered',
        `enabled: ${enabled.join(', ') || 'none'}`,
      )
  }
}
