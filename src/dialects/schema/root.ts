import { isRecord } from '../../base/records.ts'
import { asObject, unique } from './merge.ts'
import type { Json, PlainSchema } from './plain.ts'
import { readSchema } from './read.ts'
import { refTarget } from './refs.ts'

export type RootSchema = { plain: PlainSchema; notes: string[] } | { reason: string }

const known = new WeakMap<object, RootSchema>()

/**
 * A tool's arguments as one object schema, or the reason why no call could be valid. Each schema is read once for all
 * dialects.
 */
export function rootOf(schema: unknown): RootSchema {
  if (schema === false) return { reason: 'its schema allows no call' }
  if (!isRecord(schema)) return { reason: 'its schema is not an object' }
  const found = known.get(schema) ?? readRoot(schema)
  known.set(schema, found)
  return found
}

function readRoot(schema: Json): RootSchema {
  const { $ref } = schema
  if (typeof $ref === 'string' && refTarget($ref, schema, schema) === undefined)
    return { reason: `its schema refers to ${$ref.slice(0, 100)}, which does not exist` }
  const plain = readSchema(schema)
  const object = asObject(plain)
  if (!object) return { reason: 'its arguments are not an object' }
  const { notes = [], ...rest } = object
  return { plain: rest, notes: [...setsNote(plain), ...notes] }
}

/** Describes which arguments belong together, since the alternatives were merged into one object. */
function setsNote({ anyOf, required = [] }: PlainSchema): string[] {
  const sets = (anyOf ?? []).map(one => (one.required ?? []).filter(key => !required.includes(key)))
  if (sets.every(set => set.length === 0)) return []
  const words = unique(sets.map(set => set.join(' + ') || 'none of them'))
  return [`give one of: ${words.join(' | ')}`]
}
