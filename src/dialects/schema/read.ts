import { boundsOf, conditionNotes } from './bounds.ts'
import { anyOf, both, trimmed, unique } from './merge.ts'
import {
  fitsType,
  isAny,
  isRecord,
  isScalar,
  type Json,
  namesNote,
  type Plain,
  type TypeName,
} from './plain.ts'
import { pointed } from './refs.ts'
import { tupleOf } from './tuple.ts'

/** Nested objects and arrays that are said; tried one after the other until the schema is of a size to send. */
const DEPTHS = [12, 8, 6, 4, 3, 2, 1]
const MOST_NODES = 2_000
/** How often a schema may stand inside itself before it is cut. */
const MOST_TURNS = 2
/** Longest way of references and alternatives that lead to no property. */
const MOST_HOPS = 40

const TYPES = new Set<string>(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

/** Where in a document the reader stands. */
interface Place {
  root: Json
  /** The nearest resource with an id of its own. */
  base: Json
  depth: number
  hops: number
  /** What references led here. */
  through: readonly unknown[]
  budget: { depth: number; nodes: number; mayThrow: boolean }
}

/** A whole document. Recursion and what is too deep ends in plain objects; it never hangs, whatever it is given. */
export function readSchema(root: Json): Plain {
  for (const depth of DEPTHS) {
    const mayThrow = depth > 1
    try {
      const budget = { depth, nodes: MOST_NODES, mayThrow }
      return read(root, { root, base: root, depth: 0, hops: 0, through: [], budget })
    } catch (error) {
      if (!(error instanceof TooMany)) throw error
    }
  }
  return {}
}

class TooMany extends Error {}

function read(schema: unknown, place: Place): Plain {
  if (!isRecord(schema)) return {}
  const { budget } = place
  if (--budget.nodes < 0) {
    if (budget.mayThrow) throw new TooMany()
    return {}
  }
  if (place.depth > budget.depth || place.hops > MOST_HOPS) return stub(schema)
  const here = isResource(schema, place) ? { ...place, base: schema } : place
  const nearby = { ...here, hops: here.hops + 1 }
  let plain = own(schema, here)
  const target = referred(schema, nearby)
  if (target) plain = both(plain, target)
  for (const part of list(schema.allOf)) plain = both(plain, read(part, nearby))
  return withAlternatives(plain, schema, nearby)
}

/** What a schema that is cut still says: its type, and what it has. */
function stub(schema: Json): Plain {
  return trimmed({
    types: typesOf(schema),
    description: isText(schema.description) ? schema.description : undefined,
    notes: namesNote(schema.properties),
  })
}

function own(schema: Json, place: Place): Plain {
  const types = typesOf(schema)
  const inner = { ...place, depth: place.depth + 1, hops: 0 }
  const tuple = tupleOf(schema, item => read(item, inner))
  const conditions = conditionNotes(schema)
  return trimmed({
    types,
    enum: enumOf(schema)?.filter(value => fitsType(value, types)),
    properties: propertiesOf(schema, inner),
    required: Array.isArray(schema.required) ? unique(schema.required.filter(isText)) : undefined,
    additional: additionalOf(schema, inner),
    items: tuple ? tuple.items : isRecord(schema.items) ? read(schema.items, inner) : undefined,
    bounds: boundsOf(schema),
    title: isText(schema.title) ? schema.title : undefined,
    description: isText(schema.description) ? schema.description : undefined,
    notes: tuple || conditions ? [...(conditions ?? []), ...(tuple?.notes ?? [])] : undefined,
  })
}

function propertiesOf({ properties }: Json, inner: Place): Plain['properties'] {
  if (!isRecord(properties)) return undefined
  // `false` is a property that must not be there.
  const there = Object.entries(properties).filter(([, value]) => value !== false)
  return Object.fromEntries(there.map(([key, value]) => [key, read(value, inner)]))
}

function referred(schema: Json, place: Place): Plain | undefined {
  const ref = schema.$ref ?? schema.$dynamicRef ?? schema.$recursiveRef
  if (typeof ref !== 'string') return undefined
  const target = pointed(ref, place.base, place.root)
  if (target === undefined) return { notes: [`as ${ref}`] }
  const turns = place.through.filter(one => one === target).length
  if (turns >= MOST_TURNS) return isRecord(target) ? stub(target) : {}
  return read(target, { ...place, through: [...place.through, target] })
}

function withAlternatives(base: Plain, schema: Json, place: Place): Plain {
  // What fits exactly one fits any.
  const [first, second] = [list(schema.anyOf), list(schema.oneOf)].filter(one => one.length > 0)
  if (!first) return base
  const alternatives = first.flatMap(one => (one === false ? [] : [read(one, place)]))
  const noted = second ? { notes: ['further alternatives apply'] } : {}
  if (alternatives.some(isAny)) return both(base, noted)
  return both(both(base, anyOf(alternatives)), noted)
}

function additionalOf(schema: Json, inner: Place): Plain['additional'] {
  const { additionalProperties, patternProperties } = schema
  // What a pattern permits would be forbidden without it.
  if (isRecord(patternProperties) && Object.keys(patternProperties).length > 0) return undefined
  if (additionalProperties === undefined) return undefined
  if (additionalProperties === false) return false
  const plain = read(additionalProperties, inner)
  return isAny(plain) ? undefined : plain
}

function typesOf(schema: Json): TypeName[] | undefined {
  const { type } = schema
  if (typeof type === 'string' && TYPES.has(type) && schema.nullable !== true) return [type as TypeName]
  const named = list(typeof type === 'string' ? [type] : type)
  const types = unique(named.map(one => String(one).toLowerCase()))
  // A type that nobody knows may be anything.
  if (types.length === 0 || !types.every(type => TYPES.has(type))) return undefined
  return unique([...types, ...(schema.nullable === true ? ['null'] : [])]) as TypeName[]
}

function enumOf(schema: Json): Plain['enum'] {
  const values = 'const' in schema ? [schema.const] : list(schema.enum)
  if (values.length === 0 || !values.every(isScalar)) return undefined
  return unique(schema.nullable === true ? [...values, null] : values)
}

function isResource(schema: Json, { base }: Place): boolean {
  return schema !== base && typeof schema.$id === 'string' && !schema.$id.startsWith('#')
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
