import { isRecord } from '../../base/records.ts'
import type { PolicyRule } from '../../config/project.ts'
import { patternMatcher } from '../../config/settings/tool-patterns.ts'

/** The arguments of one call. What a path leads to is looked up once, whatever the number of rules. */
export type ArgumentsLookup = (path: ArgumentPath) => readonly unknown[]

/** A path, and the keys to try at each of its parts: a key may contain dots itself. */
interface ArgumentPath {
  text: string
  keys: { key: string; alike: string; next: number }[][]
}

export function lookupIn(args: unknown): ArgumentsLookup {
  const known = new Map<string, unknown[]>()
  return path => {
    const values = known.get(path.text) ?? valuesAt(args, path.keys, 0)
    known.set(path.text, values)
    return values
  }
}

/**
 * Whether the arguments fulfil all conditions of a rule. Where a list leads to several values, a rule that allows needs all of
 * them to match, and any other rule needs one: nothing slips through in a list beside something harmless.
 */
export function argumentsMatcher({
  arguments: conditions,
  action,
}: Pick<PolicyRule, 'arguments' | 'action'>): (args: ArgumentsLookup) => boolean {
  const compiled = conditions.map(({ path, values }) => {
    const matchers = values.map(patternMatcher)
    const fits = (value: unknown) => isScalar(value) && matchers.some(matches => matches(sentText(value)))
    return { path: pathOf(path), fits }
  })
  return args =>
    compiled.every(({ path, fits }) => {
      const found = args(path)
      return action === 'allow' ? found.length > 0 && found.every(fits) : found.some(fits)
    })
}

/** As the server gets it: JSON has no number beyond 1.8e308, which becomes null. */
function sentText(value: unknown): string {
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value)
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** `a.b` → at the first part `a` and `a.b`, at the second `b`. */
function pathOf(text: string): ArgumentPath {
  const parts = text.split('.')
  const keys = parts.map((_, from) =>
    parts.slice(from).map((_, more) => {
      const key = parts.slice(from, from + more + 1).join('.')
      return { key, alike: alike(key), next: from + more + 1 }
    }),
  )
  return { text, keys }
}

/** What servers may read as the same name: Go's ignore the case, and others take `dryRun` for `dry_run`. */
function alike(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/[_-]/g, '')
}

/** Everything that the path leads to, through lists and similar names too; undefined for a value that is missing. */
function valuesAt(value: unknown, keys: ArgumentPath['keys'], part: number): unknown[] {
  if (Array.isArray(value)) return value.flatMap(one => valuesAt(one, keys, part))
  if (part === keys.length) return [value]
  if (!isRecord(value)) return [undefined]
  const wanted = keys[part] ?? []
  const isThere = wanted.some(({ key }) => Object.hasOwn(value, key))
  const found = Object.keys(value).flatMap(name =>
    wanted.filter(one => one.alike === alike(name)).flatMap(({ next }) => valuesAt(value[name], keys, next)),
  )
  return isThere ? found : [...found, undefined]
}
