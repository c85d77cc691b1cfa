import { isRecord } from '../../base/records.ts'
import { anyOf, unique } from './merge.ts'
import { isAny, type Json, type PlainSchema } from './plain.ts'

/**
 * A tuple as a list of any of its item types, because not every vendor supports tuples. Undefined if the schema
 * is not a tuple (`prefixItems`, or an array as `items` up to draft 2019-09).
 */
export function tupleOf(
  schema: Json,
  read: (item: unknown) => PlainSchema,
): { items: PlainSchema | undefined; notes: string[] } | undefined {
  const places = Array.isArray(schema.prefixItems) ? schema.prefixItems : schema.items
  if (!Array.isArray(places) || places.length === 0) return undefined
  const plains = places.map(read)
  const notes = [`in this order: ${plains.map(wordOf).join(', ')}`]
  const rest = Array.isArray(schema.prefixItems) ? schema.items : schema.additionalItems
  const isClosed = rest === false || Number(schema.maxItems) <= places.length
  if (!isClosed && !isRecord(rest)) return { items: undefined, notes }
  const all = isClosed ? plains : [...plains, read(rest)]
  return { items: all.some(isAny) ? undefined : anyOf(all), notes }
}

function wordOf({ types, title, description }: PlainSchema): string {
  const type = unique(types ?? ['anything']).join(' or ')
  const name = title ?? description
  return name && name.length <= 40 ? `${name} (${type})` : type
}
