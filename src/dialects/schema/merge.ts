import { fitsType, isAny, type PlainSchema, type TypeName } from './plain.ts'

/** A schema that accepts every value valid under both. If texts or numbers differ, those of `a` win. */
export function intersect(a: PlainSchema, b: PlainSchema): PlainSchema {
  const types = meetTypes(a.types, b.types)
  const notes = [...(a.notes ?? []), ...(b.notes ?? [])]
  if (a.anyOf && b.anyOf) notes.push('further alternatives apply')
  return trimmed({
    types,
    enum: meetEnums(a, b)?.filter(value => fitsType(value, types)),
    properties: mergeProperties(a.properties, b.properties, intersect),
    required: unique([...(a.required ?? []), ...(b.required ?? [])]),
    additional: a.additional ?? b.additional,
    items: a.items && b.items ? intersect(a.items, b.items) : (a.items ?? b.items),
    anyOf: a.anyOf ?? b.anyOf,
    bounds: { ...b.bounds, ...a.bounds },
    title: a.title ?? b.title,
    description: a.description ?? b.description,
    notes: unique(notes),
  })
}

/**
 * One object schema in place of alternatives: it allows every property that any of them declares, and requires those that
 * all of them require. It is wider than they are, with one exception: a property declared by one alternative keeps its
 * type, although the others would accept anything there. Nobody intends that, and a model needs the type.
 */
function mergeAlternatives(alternatives: readonly PlainSchema[]): PlainSchema {
  const [first, ...others] = alternatives
  if (!first || others.length === 0) return first ?? {}
  const keys = unique(alternatives.flatMap(one => Object.keys(one.properties ?? {})))
  const properties = keys.map(key => [key, anyOf(alternatives.flatMap(one => declaredBy(one, key)))] as const)
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

/** Alternatives without duplicates; enums are merged into one. */
export function anyOf(alternatives: readonly PlainSchema[]): PlainSchema {
  const distinct = [...new Map(alternatives.map(one => [JSON.stringify(one), one])).values()]
  const [first] = distinct
  if (!first || distinct.length === 1) return first ?? {}
  if (distinct.some(isAny)) return trimmed({ description: first.description })
  const isEnum = (one: PlainSchema) => one.enum && !one.properties && !one.anyOf && !one.items
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

/** A schema with alternative objects as one object; undefined if it is not an object. */
export function asObject(plain: PlainSchema): PlainSchema | undefined {
  if (plain.types && !plain.types.includes('object')) return undefined
  const { anyOf: alternatives, enum: _, ...base } = plain
  if (!alternatives) return { ...base, types: ['object'] }
  const objects = alternatives.flatMap(one => asObject(one) ?? [])
  return objects.length === 0
    ? undefined
    : { ...intersect(base, mergeAlternatives(objects)), types: ['object'] }
}

export function unique<T>(values: T[]): T[] {
  return values.length > 1 ? [...new Set(values)] : values
}

/** Without empty parts, so that two schemas with the same meaning are equal. */
export function trimmed(plain: PlainSchema): PlainSchema {
  const kept: Record<string, unknown> = {}
  for (const key in plain) {
    const value = plain[key as keyof PlainSchema]
    if (isMeaningful(value)) kept[key] = value
  }
  return kept
}

/** Empty lists and objects mean nothing here, and neither does `items: {}`. */
function isMeaningful(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined
  for (const _ in value) return true
  return false
}

/** What an alternative declares for a key that another alternative has. */
function declaredBy({ properties, additional }: PlainSchema, key: string): PlainSchema[] {
  if (properties && Object.hasOwn(properties, key)) return [properties[key] ?? {}]
  return additional ? [additional] : []
}

function mergeProperties(
  a: Record<string, PlainSchema> | undefined,
  b: Record<string, PlainSchema> | undefined,
  join: (a: PlainSchema, b: PlainSchema) => PlainSchema,
): Record<string, PlainSchema> | undefined {
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
  // Nothing satisfies both, so any answer is fine.
  return met.length > 0 ? met : a
}

function meetEnums(a: PlainSchema, b: PlainSchema): PlainSchema['enum'] {
  if (!a.enum || !b.enum) return a.enum ?? b.enum
  const met = a.enum.filter(value => b.enum?.includes(value))
  return met.length > 0 ? met : a.enum
}
