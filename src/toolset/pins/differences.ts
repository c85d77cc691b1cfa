import { isRecord, ownValue } from '../../base/records.ts'
import { withoutSecrets } from '../../base/redact.ts'
import { visible } from '../../base/text/terminal-text.ts'
import { type CanonicalPlace, canonicalText, placeIn } from './canonical.ts'
import { shownField } from './deceptive.ts'

/** One value of a definition that differs. undefined: there is none on this side. */
interface Difference {
  /** `inputSchema.properties.limit.default`, safe to show. */
  path: string
  before: string | undefined
  after: string | undefined
}

/** All that differs, as texts that are safe to show: without secrets, and with what is invisible as `\u{200b}`. */
export function differencesBetween(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = []
  const walk = (a: unknown, b: unknown, path: string, place: CanonicalPlace): void => {
    if (a !== undefined && b !== undefined && canonicalText(a, place) === canonicalText(b, place)) return
    if (isRecord(a) && isRecord(b))
      for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
        const field = path === '' ? shownField(key) : `${path}.${shownField(key)}`
        walk(ownValue(a, key), ownValue(b, key), field, placeIn(place, key))
      }
    else found.push({ path, ...shownPair(a, b, place) })
  }
  walk(before, after, '', 'schema')
  return found
}

/** The fields of a definition that differ: `description`, `inputSchema`. Safe to show to a model. */
export function fieldsBetween(before: unknown, after: unknown): string[] {
  return [...new Set(differencesBetween(before, after).map(({ path }) => path.split('.', 1)[0] ?? ''))]
}

/** Longer values are shown from shortly before the first difference. */
const LONGEST = 300
const BEFORE_IT = 30

function shownPair(a: unknown, b: unknown, place: CanonicalPlace): Pick<Difference, 'before' | 'after'> {
  const [before, after] = [shownValue(a, place), shownValue(b, place)]
  if (before === undefined || after === undefined) return { before: cutText(before), after: cutText(after) }
  if (before.length <= LONGEST && after.length <= LONGEST) return { before, after }
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  const from = Math.max(0, same - BEFORE_IT)
  const part = (text: string) => cutText(from === 0 ? text : `…${text.slice(from)}`)
  return { before: part(before), after: part(after) }
}

function cutText(text: string | undefined): string | undefined {
  return text !== undefined && text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

function shownValue(value: unknown, place: CanonicalPlace): string | undefined {
  if (value === undefined) return undefined
  // Before anything is cut or escaped: a part of a secret would not be recognised.
  const shown = withoutSecrets(value)
  const text = typeof shown === 'string' ? shown : canonicalText(shown, place)
  return visible(text.replace(/\r\n?|\n/g, '⏎'))
}
