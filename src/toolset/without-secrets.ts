import { isRecord } from '../base/records.ts'
import { redact } from '../base/redact.ts'

/**
 * The same object if nothing is hidden: platforms recognise the tools that they have seen before. Each text is looked at by
 * itself: as part of a JSON text its escapes would be escaped once more, and hiding a number would break that text.
 */
export function withoutSecrets<T extends object>(value: T): T {
  return hidden(value) as T
}

function hidden(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number') return hiddenNumber(value)
  if (Array.isArray(value)) {
    const items = value.map(hidden)
    return items.every((item, at) => Object.is(item, value[at])) ? value : items
  }
  if (!isRecord(value)) return value
  const before = Object.entries(value)
  const after = before.map(([key, item]) => [redact(key), hidden(item)] as const)
  const isSame = after.every(([key, item], at) => key === before[at]?.[0] && Object.is(item, before[at]?.[1]))
  return isSame ? value : Object.fromEntries(after)
}

function hiddenNumber(number: number): number | string {
  const text = String(number)
  const shown = redact(text)
  return shown === text ? number : shown
}
