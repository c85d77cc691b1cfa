import { asObject, both, trimmed, unique } from './merge.ts'
import { fitsType, type Plain, type Scalar, type TypeName } from './plain.ts'

/** More alternatives than this become one without them. */
const MOST_CHOICES = 30

/** Keywords that say something of one type only; the others go along with every type. */
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

/** The same as a list of alternatives, each of one type and without alternatives of its own, for a dialect without unions. */
export function choicesOf(plain: Plain): Plain[] {
  const { anyOf, ...base } = plain
  if (!anyOf) return byType(base)
  // An object with alternatives is said as one object: its properties would be repeated in each.
  const isObject = plain.types?.length === 1 && plain.types[0] === 'object' && plain.properties
  const object = isObject ? asObject(plain) : undefined
  if (object) return [object]
  const { title: _, description: __, notes: ___, ...bare } = base
  const choices = anyOf.flatMap(one => choicesOf(both(one, bare)))
  return choices.length > MOST_CHOICES ? byType(base) : distinct(choices)
}

function byType(plain: Plain): Plain[] {
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
  { properties, required, additional, items, bounds = {}, ...rest }: Plain,
  type: TypeName,
): Plain {
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

function distinct(choices: Plain[]): Plain[] {
  return [...new Map(choices.map(one => [JSON.stringify(one), one])).values()]
}
