import { isRecord } from '../../base/records.ts'

/**
 * A definition as JSON text that is the same whatever the order of its keys, and of the names in `required`, which is a set
 * (JSON Schema 2020-12, validation 6.5.3; some servers write it in a new order at each start). The order of all other lists
 * counts: the first value of an `enum` is the one that clients and models prefer.
 */
export function canonicalText(definition: unknown): string {
  return JSON.stringify(inOrder(definition))
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, key === 'required' ? asSet(value[key]) : inOrder(value[key])]),
  )
}

function asSet(value: unknown): unknown {
  const isNames = Array.isArray(value) && value.every(one => typeof one === 'string')
  return isNames ? value.toSorted() : inOrder(value)
}
