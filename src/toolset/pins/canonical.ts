import { isRecord } from '../../base/records.ts'

/**
 * What a value in a definition is: `names`, an object of schemas whose keys anybody chose; `set`, names whose order means
 * nothing; `data`, such as a default, which only looks like a schema.
 */
export type CanonicalPlace = 'schema' | 'names' | 'set' | 'data'

/** Keywords of JSON Schema whose values are no schemas, and those whose values have schemas under any key. */
const DATA = new Set(['default', 'const', 'enum', 'example', 'examples'])
const NAMES = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'])

/**
 * A definition as JSON text that is the same whatever the order of its keys, and of the names in `required`, which is a set
 * (JSON Schema 2020-12, validation 6.5.3; some servers write it in a new order at each start). The order of all other lists
 * counts: the first value of an `enum` is the one that clients and models prefer.
 *
 * @param place of a part of a definition
 */
export function canonicalText(definition: unknown, place: CanonicalPlace = 'schema'): string {
  return JSON.stringify(inOrder(definition, place))
}

/** Of the value of this key. */
export function placeIn(place: CanonicalPlace, key: string): CanonicalPlace {
  if (place === 'data') return 'data'
  if (key === 'required') return 'set'
  if (place === 'names') return 'schema'
  if (DATA.has(key)) return 'data'
  return NAMES.has(key) ? 'names' : 'schema'
}

function inOrder(value: unknown, place: CanonicalPlace): unknown {
  if (Array.isArray(value))
    return place === 'set' && value.every(one => typeof one === 'string')
      ? value.toSorted()
      : value.map(one => inOrder(one, place === 'set' ? 'schema' : place))
  if (!isRecord(value)) return value
  const within = place === 'set' ? 'schema' : place
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, inOrder(value[key], placeIn(within, key))]),
  )
}
