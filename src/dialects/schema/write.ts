import { legalKey } from '../names.ts'
import type { DialectRules } from '../rules.ts'
import { intersect, trimmed } from './merge.ts'
import { fitsType, type Json, namesNote, type PlainSchema, type Scalar, type TypeName } from './plain.ts'
import { choicesOf } from './split.ts'

const LONGEST_TEXT = 4_000
const LONGEST_NOTE = 300

export interface WrittenSchema {
  schema: Json
  /** Original names of arguments by their legal names, if they differ. */
  keys: Map<string, string>
}

/** Writes a schema in one dialect. Constraints that the dialect cannot express go into the description. */
export function writeSchema(plain: PlainSchema, rules: DialectRules): WrittenSchema {
  const keys = new Map<string, string>()
  const writer = { rules, keys }
  const schema = write(plain, writer, 1)
  return { schema: { ...schema, type: 'object', properties: schema.properties ?? {} }, keys }
}

interface Writer {
  rules: DialectRules
  keys: Map<string, string>
}

function write(plain: PlainSchema, writer: Writer, depth: number): Json {
  const { rules } = writer
  if (depth > rules.deepest && isContainer(plain)) return write(withoutContents(plain), writer, depth)
  const isOne = !plain.anyOf && plain.types?.length === 1
  if (rules.unions || isOne) return writeSingle(plain, writer, depth)
  const choices = choicesOf(plain)
  const [only] = choices
  const { title, description, notes } = plain
  if (only && choices.length === 1)
    return writeSingle(intersect(only, { title, description, notes }), writer, depth)
  return {
    ...textOf(plain, []),
    anyOf: choices.map(one => writeSingle(one, writer, depth)),
  }
}

function writeSingle(plain: PlainSchema, writer: Writer, depth: number): Json {
  const { types, items, additional, anyOf } = plain
  const { values, note } = enumOf(plain, writer.rules)
  const { kept, inWords } = boundsOf(plain, writer.rules)
  const isList = types?.includes('array')
  return {
    ...(types && { type: types.length === 1 ? types[0] : types }),
    ...textOf(plain, [...note, ...inWords]),
    ...(writer.rules.keywords.has('title') && plain.title && !plain.description && { title: plain.title }),
    ...(values && { enum: values }),
    ...objectOf(plain, writer, depth),
    ...(additional !== undefined && {
      additionalProperties: additional && write(additional, writer, depth + 1),
    }),
    // OpenAI: "array schema missing items".
    ...((items || isList) && { items: items ? write(items, writer, depth + 1) : {} }),
    ...(anyOf && { anyOf: anyOf.map(one => write(one, writer, depth)) }),
    ...kept,
  }
}

/** Declares all required properties too: Google rejects a required name without a property. */
function objectOf({ properties = {}, required = [] }: PlainSchema, writer: Writer, depth: number): Json {
  const legal = (key: string) => {
    const name = legalKey(key, writer.rules.property)
    if (name !== key) writer.keys.set(name, key)
    return name
  }
  const own = Object.entries(properties).map(([key, one]) => [legal(key), write(one, writer, depth + 1)])
  const bare = required.filter(key => !Object.hasOwn(properties, key)).map(key => [legal(key), {}])
  if (own.length + bare.length === 0) return {}
  return {
    properties: Object.fromEntries([...own, ...bare]),
    ...(required.length > 0 && { required: required.map(legal) }),
  }
}

function enumOf(
  { enum: values, types }: PlainSchema,
  rules: DialectRules,
): { values: Scalar[] | undefined; note: string[] } {
  if (!values) return { values, note: [] }
  const all = values.map(value => JSON.stringify(value))
  // A shorter list would forbid values that the tool accepts.
  if (values.length > rules.mostEnum)
    return { values: undefined, note: [`one of ${all.length} values such as ${all.slice(0, 5).join(', ')}`] }
  const isPlain = values.every(value => typeof value === 'string' || typeof value === 'number')
  if (isPlain || !rules.plainEnums) return { values, note: [] }
  return { values: undefined, note: isAllOf(values, types) ? [] : [`one of ${all.join(', ')}`] }
}

function boundsOf({ bounds = {} }: PlainSchema, rules: DialectRules): { kept: Json; inWords: string[] } {
  const entries = Object.entries(bounds)
  const isKept = ([key, value]: [string, unknown]) =>
    rules.keywords.has(key) && (key !== 'format' || (rules.formats?.has(String(value)) ?? true))
  const inWords = entries.filter(one => !isKept(one) && one[0] !== 'examples')
  return {
    kept: Object.fromEntries(entries.filter(isKept)),
    inWords: inWords.map(
      ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
  }
}

function textOf({ description, title, notes = [] }: PlainSchema, more: string[]): { description?: string } {
  const words = [...notes, ...more].map(note => shortened(note, LONGEST_NOTE))
  const text = description ?? (words.length > 0 ? title : undefined)
  const whole = [shortened(text ?? '', LONGEST_TEXT), words.length > 0 ? `(${words.join('; ')})` : '']
  const combined = whole.filter(Boolean).join(' ')
  return combined ? { description: combined } : {}
}

function withoutContents({
  types,
  enum: values,
  bounds,
  title,
  description,
  notes = [],
  properties,
}: PlainSchema): PlainSchema {
  return trimmed({
    types,
    enum: values,
    bounds,
    title,
    description,
    notes: [...notes, ...namesNote(properties)],
  })
}

function isContainer({ properties, additional, items, anyOf, required }: PlainSchema): boolean {
  return Boolean(properties || additional || items || required || anyOf?.some(isContainer))
}

function isAllOf(values: readonly Scalar[], types: readonly TypeName[] | undefined): boolean {
  const every: Scalar[] = types?.includes('boolean') ? [true, false] : []
  const nulls: Scalar[] = types?.includes('null') ? [null] : []
  return [...every, ...nulls].every(value => values.includes(value)) && values.every(v => fitsType(v, types))
}

export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).trimEnd()}…` : text
}
