// Whether labels fulfil matchers, as Alertmanager decides. A model wrote the expressions: only those that can be compared without
// a regular expression are, because one can take for ever.

import { patternMatcher } from '../../config/settings/tool-patterns.ts'
import type { Matcher } from './parts.ts'

type Labels = Readonly<Record<string, string>>

/** `unclear`: a matcher that cannot be compared here. */
export function matching(
  matchers: readonly Matcher[],
): { matches(labels: Labels): boolean } | { unclear: Matcher } {
  const tests: ((labels: Labels) => boolean)[] = []
  for (const one of matchers) {
    const fits = valueTest(one)
    if (!fits) return { unclear: one }
    const isWanted = !one.operator.startsWith('!')
    // A label that is missing is empty.
    tests.push(labels => fits(Object.hasOwn(labels, one.name) ? (labels[one.name] ?? '') : '') === isWanted)
  }
  return { matches: labels => tests.every(test => test(labels)) }
}

function valueTest({ operator, value }: Matcher): ((text: string) => boolean) | undefined {
  if (!operator.endsWith('~')) return text => text === value
  const tests = value.split('|').map(alternativeTest)
  const known = tests.filter(one => one !== undefined)
  return known.length === tests.length ? text => known.some(test => test(text)) : undefined
}

/** `node-.*`, `10\.0\.0\.1`, `.+`: letters with `.*` or `.+` between them. */
function alternativeTest(text: string): ((value: string) => boolean) | undefined {
  if (!/^([\p{L}\p{N} _:/@%,;=~<>&'"-]|\\[.\-/_+*?()[\]{}|^$\\]|\.[*+](?![*+?]))*$/u.test(text))
    return undefined
  if (/\\\*/.test(text)) return undefined
  const pattern = text.replace(/\\(.)|\.[*+]/g, (_, literal?: string) => literal ?? '*')
  const fits = patternMatcher(pattern)
  const least = (text.match(/(?<!\\)\.\+/g) ?? []).length
  const letters = pattern.replaceAll('*', '').length
  // One `.+` needs a character of its own; where there are several wildcards, which one has it cannot be told by length.
  if (least > 0 && (pattern.match(/\*/g) ?? []).length > 1) return undefined
  return value => fits(value) && value.length >= letters + least
}
