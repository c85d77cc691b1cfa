// What is a JSON Schema at all (draft 2020-12), before any vendor's own rules.

import { isObject } from './shape.ts'

export interface Node {
  path: (string | number)[]
  schema: unknown
}

const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
const LISTS = ['prefixItems', 'anyOf', 'oneOf', 'allOf']
const SINGLES = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
]

/** The schema and every schema in it, outermost first. */
export function* nodesOf(schema: unknown, path: Node['path'] = []): Generator<Node> {
  yield { path, schema }
  if (!isObject(schema)) return
  for (const keyword of MAPS)
    for (const [name, inner] of Object.entries(isObject(schema[keyword]) ? schema[keyword] : {}))
      yield* nodesOf(inner, [...path, keyword, name])
  for (const keyword of LISTS)
    for (const [index, inner] of (Array.isArray(schema[keyword]) ? schema[keyword] : []).entries())
      yield* nodesOf(inner, [...path, keyword, index])
  for (const keyword of SINGLES) if (keyword in schema) yield* nodesOf(schema[keyword], [...path, keyword])
}

/** Why it is no schema, and where. */
export function schemaFault(root: unknown): { path: Node['path']; why: string } | undefined {
  for (const { path, schema } of nodesOf(root)) {
    const why = typeof schema === 'boolean' ? undefined : whyNot(schema, root)
    if (why) return { path, why }
  }
  return undefined
}

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']
const NUMBERS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
]

function whyNot(schema: unknown, root: unknown): string | undefined {
  if (!isObject(schema)) return `${JSON.stringify(schema)} is not of type 'object', 'boolean'`
  const { type, required, $ref } = schema
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type]
  if (types.some(one => !TYPES.includes(one)) || (Array.isArray(type) && type.length === 0))
    return `${JSON.stringify(type)} is not valid under any of the given schemas`
  if (required !== undefined && !isNames(required)) return 'required must be a list of unique strings'
  if ('enum' in schema && !(Array.isArray(schema.enum) && schema.enum.length)) return 'enum must be a list'
  for (const keyword of MAPS)
    if (keyword in schema && !isObject(schema[keyword])) return `${keyword} must be an object`
  for (const keyword of LISTS)
    if (keyword in schema && !(Array.isArray(schema[keyword]) && schema[keyword].length))
      return `${keyword} must be a list that is not empty`
  for (const keyword of NUMBERS)
    if (keyword in schema && typeof schema[keyword] !== 'number') return `${keyword} must be a number`
  if ($ref !== undefined && !resolves($ref, root))
    return `reference ${JSON.stringify($ref)} is not resolvable`
  return undefined
}

function isNames(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(one => typeof one === 'string') &&
    new Set(value).size === value.length
  )
}

function resolves(ref: unknown, root: unknown): boolean {
  if (ref === '#') return true
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return false
  let at: unknown = root
  for (const step of decodeURIComponent(ref.slice(2)).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    at = isObject(at) || Array.isArray(at) ? (at as Record<string, unknown>)[key] : undefined
  }
  return at !== undefined
}
