import { asObject, intersect, trimmed, unique } from './merge.ts'
import { fitsType, type PlainSchema, type Scalar, type TypeName } from './plain.ts'

/** Most alternatives; if there are more, all of them are dropped. */
const MOST_CHOICES = 30

/** Keywords that apply to some types only; others apply to every type. */
const OF_TYPE: Record<string, TypeName[]> = {
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  format: ['string', 'number', 'integer'],
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
}

/** A schema as alternatives that each have one type and no alternatives of their own, for a dialect without unions. */
export function choicesOf(plain: PlainSchema): PlainSchema[] {
  const { anyOf, ...base } = plain
  if (!anyOf) return byType(base)
  // An object with alternatives becomes one object; otherwise each would repeat its properties.
  const isObject = plain.types?.length === 1 && plain.types[0] === 'object' && plain.properties
  const object = isObject ? asObject(plain) : undefined
  if (object) return [object]
  const { title: _, description: __, notes: ___, ...bare } = base
  const choices = anyOf.flatMap(one => choicesOf(intersect(one, bare)))
  return choices.length > MOST_CHOICES ? byType(base) : distinct(choices)
}

function byType(plain: PlainSchema): PlainSchema[] {
  const types = plain.types ?? (plain.enum ? unique(plain.enum.map(typeOf)) : undefined)
  if (!types) return [plain]
  if (types.length < 2) return [{ ...plain, types }]
  const { title: _, description: __, notes: ___, ...bare } = plain
  return types.flatMap(type => {
    const values = plain.enum?.filter(value => fitsType(value, [type]))
    return plain.enum && values?.length === 0 ? [] : [ofType({ ...bare, enum: values }, type)]
  })
}

function ofType(
  { properties, required, additional, items, bounds = {}, ...rest }: PlainSchema,
  type: TypeName,
): PlainSchema {
  const kept = Object.entries(bounds).filter(([key]) => OF_TYPE[key]?.includes(type) ?? type !== 'null')
  return trimmed({
    ...rest,
    types: [type],
    ...(type === 'object' && { properties, required, additional }),
    ...(type === 'array' && { items }),
    bounds: Object.fromEntries(kept),
  })
}

function typeOf(value: Scalar): TypeName {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as TypeName
}

function distinct(choices: PlainSchema[]): PlainSchema[] {
  return [...new Map(choices.map(one => [JSON.stringify(one), one])).values()]
}
