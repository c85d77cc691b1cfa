import { asObject, unique } from './merge.ts'
import { isRecord, type Json, type Plain } from './plain.ts'
import { readSchema } from './read.ts'
import { pointed } from './refs.ts'

export type Root = { plain: Plain; notes: string[] } | { reason: string }

const known = new WeakMap<object, Root>()

/**
 * A tool's arguments as one object; a reason where they are none, so that no call could ever be right. A schema is
 * read once for all dialects.
 */
export function rootOf(schema: unknown): Root {
  if (schema === false) return { reason: 'its schema permits no call' }
  if (!isRecord(schema)) return { reason: 'its schema is no object' }
  const found = known.get(schema) ?? readRoot(schema)
  known.set(schema, found)
  return found
}

function readRoot(schema: Json): Root {
  const { $ref } = schema
  if (typeof $ref === 'string' && pointed($ref, schema, schema) === undefined)
    return { reason: `its schema refers to ${$ref.slice(0, 100)}, which is not there` }
  const plain = readSchema(schema)
  const object = asObject(plain)
  if (!object) return { reason: 'its arguments are no object' }
  const { notes = [], ...rest } = object
  return { plain: rest, notes: [...setsNote(plain), ...notes] }
}

/** Which arguments go together, where alternatives were made one object. */
function setsNote({ anyOf, required = [] }: Plain): string[] {
  const sets = (anyOf ?? []).map(one => (one.required ?? []).filter(key => !required.includes(key)))
  if (sets.every(set => set.length === 0)) return []
  const words = unique(sets.map(set => set.join(' + ') || 'none of them'))
  return [`give one of: ${words.join(' | ')}`]
}
