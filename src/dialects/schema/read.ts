import { isRecord } from '../../base/records.ts'
import { boundsOf, conditionNotes } from './bounds.ts'
import { anyOf, intersect, trimmed, unique } from './merge.ts'
import { fitsType, isAny, isScalar, type Json, namesNote, type PlainSchema, type TypeName } from './plain.ts'
import { refTarget } from './refs.ts'
import { tupleOf } from './tuple.ts'

/** Nesting depths to keep, tried in turn until the schema is small enough to send. */
const DEPTHS = [12, 8, 6, 4, 3, 2, 1]
const MOST_NODES = 2_000
/** How many times a schema may contain itself before it is cut off. */
const MOST_TURNS = 2
/** Longest chain of references and alternatives without reaching a property. */
const MOST_HOPS = 40

const TYPES = new Set<string>(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

/** A position in the document. */
interface ReadPosition {
  root: Json
  /** The nearest enclosing resource with its own id. */
  base: Json
  depth: number
  hops: number
  /** Targets of the references that led here. */
  through: readonly unknown[]
  budget: { depth: number; nodes: number; mayThrow: boolean }
}

/** Reads a whole document. Recursive and very deep parts become plain objects. Never hangs, for any input. */
export function readSchema(root: Json): PlainSchema {
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

function read(schema: unknown, place: ReadPosition): PlainSchema {
  if (!isRecord(schema)) return {}
  const { budget } = place
  if (--budget.nodes < 0) {
    if (budget.mayThrow) throw new TooMany()
    return {}
  }
  if (place.depth > budget.depth || place.hops > MOST_HOPS) return stub(schema)
  const here = isResource(schema, place) ? { ...place, base: schema } : place
  const nearby = { ...here, hops: here.hops + 1 }
  let plain = readOwnKeywords(schema, here)
  const target = referred(schema, nearby)
  if (target) plain = intersect(plain, target)
  for (const part of list(schema.allOf)) plain = intersect(plain, read(part, nearby))
  return withAlternatives(plain, schema, nearby)
}

/** The rest of a schema that is cut off: its type and the names of its properties. */
function stub(schema: Json): PlainSchema {
  return trimmed({
    types: typesOf(schema),
    description: isText(schema.description) ? schema.description : undefined,
    notes: namesNote(schema.properties),
  })
}

function readOwnKeywords(schema: Json, place: ReadPosition): PlainSchema {
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

function propertiesOf({ properties }: Json, inner: ReadPosition): PlainSchema['properties'] {
  if (!isRecord(properties)) return undefined
  // `false` means that the property is not allowed.
  const there = Object.entries(properties).filter(([, value]) => value !== false)
  return Object.fromEntries(there.map(([key, value]) => [key, read(value, inner)]))
}

function referred(schema: Json, place: ReadPosition): PlainSchema | undefined {
  const ref = schema.$ref ?? schema.$dynamicRef ?? schema.$recursiveRef
  if (typeof ref !== 'string') return undefined
  const target = refTarget(ref, place.base, place.root)
  if (target === undefined) return { notes: [`as ${ref}`] }
  const turns = place.through.filter(one => one === target).length
  if (turns >= MOST_TURNS) return isRecord(target) ? stub(target) : {}
  return read(target, { ...place, through: [...place.through, target] })
}

function withAlternatives(base: PlainSchema, schema: Json, place: ReadPosition): PlainSchema {
  // A value valid under exactly one is valid under any.
  const [first, second] = [list(schema.anyOf), list(schema.oneOf)].filter(one => one.length > 0)
  if (!first) return base
  const alternatives = first.flatMap(one => (one === false ? [] : [read(one, place)]))
  const noted = second ? { notes: ['further alternatives apply'] } : {}
  if (alternatives.some(isAny)) return intersect(base, noted)
  return intersect(intersect(base, anyOf(alternatives)), noted)
}

function additionalOf(schema: Json, inner: ReadPosition): PlainSchema['additional'] {
  const { additionalProperties, patternProperties } = schema
  // The patterns are dropped, so `false` would forbid what they allow.
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
  // An unknown type may be anything.
  if (types.length === 0 || !types.every(type => TYPES.has(type))) return undefined
  return unique([...types, ...(schema.nullable === true ? ['null'] : [])]) as TypeName[]
}

function enumOf(schema: Json): PlainSchema['enum'] {
  const values = 'const' in schema ? [schema.const] : list(schema.enum)
  if (values.length === 0 || !values.every(isScalar)) return undefined
  return unique(schema.nullable === true ? [...values, null] : values)
}

function isResource(schema: Json, { base }: ReadPosition): boolean {
  return schema !== base && typeof schema.$id === 'string' && !schema.$id.startsWith('#')
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
