import { fitsType, isAny, type Plain, type TypeName } from './plain.ts'

/** A schema that whatever fits both fits too. Words and numbers of `a` win. */
export function both(a: Plain, b: Plain): Plain {
  const types = meetTypes(a.types, b.types)
  const notes = [...(a.notes ?? []), ...(b.notes ?? [])]
  if (a.anyOf && b.anyOf) notes.push('further alternatives apply')
  return trimmed({
    types,
    enum: meetEnums(a, b)?.filter(value => fitsType(value, types)),
    properties: joined(a.properties, b.properties, both),
    required: unique([...(a.required ?? []), ...(b.required ?? [])]),
    additional: a.additional ?? b.additional,
    items: a.items && b.items ? both(a.items, b.items) : (a.items ?? b.items),
    anyOf: a.anyOf ?? b.anyOf,
    bounds: { ...b.bounds, ...a.bounds },
    title: a.title ?? b.title,
    description: a.description ?? b.description,
    notes: unique(notes),
  })
}

/**
 * One object schema in place of alternatives: what any of them declares may be given, what all of them require must
 * be. Wider than they are but for one thing: what one declares keeps its type, though another that does not name it
 * would take anything there. Nobody means that, and a model needs the type.
 */
export function either(alternatives: readonly Plain[]): Plain {
  const [first, ...others] = alternatives
  if (!first || others.length === 0) return first ?? {}
  const keys = unique(alternatives.flatMap(one => Object.keys(one.properties ?? {})))
  const properties = keys.map(key => [key, anyOf(alternatives.flatMap(one => saidOf(one, key)))] as const)
  const required = (first.required ?? []).filter(key => others.every(one => one.required?.includes(key)))
  return trimmed({
    types: ['object'],
    properties: Object.fromEntries(properties),
    required,
    additional: alternatives.every(one => one.additional === false) ? false : undefined,
    description: first.description,
    notes: unique(alternatives.flatMap(one => one.notes ?? [])),
  })
}

/** Alternatives without repetition; enums of one type become one enum. */
export function anyOf(alternatives: readonly Plain[]): Plain {
  const distinct = [...new Map(alternatives.map(one => [JSON.stringify(one), one])).values()]
  const [first] = distinct
  if (!first || distinct.length === 1) return first ?? {}
  if (distinct.some(isAny)) return trimmed({ description: first.description })
  const isEnum = (one: Plain) => one.enum && !one.properties && !one.anyOf && !one.items
  if (!distinct.every(isEnum)) return { anyOf: distinct }
  const types = distinct.every(one => one.types)
    ? unique(distinct.flatMap(one => one.types ?? []))
    : undefined
  return trimmed({
    types,
    enum: unique(distinct.flatMap(one => one.enum ?? [])),
    description: first.description,
  })
}

/** The object that a schema with alternatives of objects comes down to; undefined where it is none. */
export function asObject(plain: Plain): Plain | undefined {
  if (plain.types && !plain.types.includes('object')) return undefined
  const { anyOf: alternatives, enum: _, ...base } = plain
  if (!alternatives) return { ...base, types: ['object'] }
  const objects = alternatives.flatMap(one => asObject(one) ?? [])
  return objects.length === 0 ? undefined : { ...both(base, either(objects)), types: ['object'] }
}

export function unique<T>(values: T[]): T[] {
  return values.length > 1 ? [...new Set(values)] : values
}

/** Without what says nothing: two schemas of one meaning are then equal. */
export function trimmed(plain: Plain): Plain {
  const said: Record<string, unknown> = {}
  for (const key in plain) {
    const value = plain[key as keyof Plain]
    if (isSaid(value)) said[key] = value
  }
  return said
}

/** No empty list or object says anything here, nor `items: {}`. */
function isSaid(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined
  for (const _ in value) return true
  return false
}

/** What one alternative says about a key that another one declares. */
function saidOf({ properties, additional }: Plain, key: string): Plain[] {
  if (properties && Object.hasOwn(properties, key)) return [properties[key] ?? {}]
  return additional ? [additional] : []
}

function joined(
  a: Record<string, Plain> | undefined,
  b: Record<string, Plain> | undefined,
  join: (a: Plain, b: Plain) => Plain,
): Record<string, Plain> | undefined {
  if (!a || !b) return a ?? b
  const merged = new Map(Object.entries(a))
  for (const [key, value] of Object.entries(b)) {
    const own = merged.get(key)
    merged.set(key, own ? join(own, value) : value)
  }
  return Object.fromEntries(merged)
}

function meetTypes(a: TypeName[] | undefined, b: TypeName[] | undefined): TypeName[] | undefined {
  if (!a || !b) return a ?? b
  const has = (list: TypeName[], type: TypeName) =>
    list.includes(type) || (type === 'integer' && list.includes('number'))
  const met = unique([...a.filter(type => has(b, type)), ...b.filter(type => has(a, type))])
  // Nothing fits both, so nothing is lost whatever is said.
  return met.length > 0 ? met : a
}

function meetEnums(a: Plain, b: Plain): Plain['enum'] {
  if (!a.enum || !b.enum) return a.enum ?? b.enum
  const met = a.enum.filter(value => b.enum?.includes(value))
  return met.length > 0 ? met : a.enum
}
