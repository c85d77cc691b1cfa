import type { Violation } from '../../refuse/refused.ts'
import { type Node, nodesOf, schemaFault } from '../json-schema.ts'
import { bracketed, firstOf, isObject, twice } from '../shape.ts'

const MOST = 512
/** As the API words it; the SDK's types say 128 characters. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/

/** Fields of the SDK's `Schema`: an OpenAPI 3.0 subset. */
const OPENAPI = new Set(
  [
    'anyOf default description enum example format items maxItems maxLength maxProperties maximum minItems',
    'minLength minProperties minimum nullable pattern properties propertyOrdering required title type',
  ].flatMap(line => line.split(' ')),
)

/** Keywords of JSON Schema that the SDK's types call supported. */
const SUPPORTED = new Set(
  [
    '$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum',
    'anyOf oneOf properties additionalProperties required propertyOrdering',
  ].flatMap(line => line.split(' ')),
)

interface Declaration {
  name?: string
  parameters?: unknown
  parametersJsonSchema?: unknown
}

export function declarationsViolation(tools: unknown): Violation | undefined {
  const declared = ((tools ?? []) as { functionDeclarations: Declaration[] }[]).flatMap(
    tool => tool.functionDeclarations,
  )
  if (declared.length > MOST)
    return { message: `At most ${MOST} function declarations are supported, but got ${declared.length}.` }
  const repeated = twice(declared.map(({ name = '' }) => name))
  if (repeated !== undefined) return { message: `Duplicate function declaration found: ${repeated}` }
  return firstOf(declared, declarationViolation)
}

function declarationViolation(declaration: Declaration, index: number): Violation | undefined {
  const at = `tools[0].function_declarations[${index}]`
  const { name = '', parameters, parametersJsonSchema } = declaration
  if (!NAME.test(name))
    return {
      message: `* GenerateContentRequest.${at}.name: Invalid function name. Must start with a letter or an underscore. Must be a-z, A-Z, 0-9, or contain underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n`,
    }
  if (parameters !== undefined && parametersJsonSchema !== undefined)
    return {
      message: `* GenerateContentRequest.${at}: parameters and parameters_json_schema are mutually exclusive.\n`,
    }
  if (parameters !== undefined) return schemaViolation(parameters, `${at}.parameters`, OPENAPI, openApiFault)
  return parametersJsonSchema === undefined
    ? undefined
    : schemaViolation(parametersJsonSchema, `${at}.parameters_json_schema`, SUPPORTED, jsonSchemaFault)
}

function schemaViolation(
  root: unknown,
  at: string,
  known: ReadonlySet<string>,
  fault: (schema: Record<string, unknown>, path: Node['path']) => string | undefined,
): Violation | undefined {
  if (!isObject(root) || String(root.type).toLowerCase() !== 'object')
    return { message: `* GenerateContentRequest.${at}: schema must describe an object.\n` }
  for (const { path, schema } of nodesOf(root)) {
    const here = path.length ? `${at}.${bracketed(path)}` : at
    if (typeof schema === 'boolean' && path.at(-1) === 'additionalProperties') continue
    if (!isObject(schema)) return { message: `Invalid value at '${here}': must be a schema.` }
    const stranger = Object.keys(schema).find(keyword => !known.has(keyword))
    if (stranger)
      return {
        message: `Invalid JSON payload received. Unknown name "${stranger}" at '${here}': Cannot find field.`,
        param: here,
      }
    const why = fault(schema, path)
    if (why) return { message: `* GenerateContentRequest.${here}${why}\n` }
  }
  const broken = known === SUPPORTED ? schemaFault(root) : undefined
  return broken && { message: `* GenerateContentRequest.${at}: ${bracketed(broken.path)}: ${broken.why}\n` }
}

const WORDS = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']

function openApiFault(schema: Record<string, unknown>): string | undefined {
  const { type, items, properties, required, enum: values } = schema
  if (Array.isArray(type)) return '.type: Proto field is not repeating, cannot start list.'
  const word = type === undefined ? undefined : String(type).toUpperCase()
  if (word !== undefined && !WORDS.includes(word)) return `.type: unknown type ${type}`
  if (word === 'ARRAY' && items === undefined) return '.items: missing field.'
  if (values !== undefined && word !== 'STRING') return '.enum: only allowed for STRING type'
  if (Array.isArray(values) && values.some(value => typeof value !== 'string' || value === ''))
    return '.enum: cannot be empty, must be strings'
  const stray = (Array.isArray(required) ? required : []).find(
    name => !isObject(properties) || !(name in properties),
  )
  return stray === undefined ? undefined : `.required: property "${stray}" is not defined`
}

function jsonSchemaFault(schema: Record<string, unknown>, path: Node['path']): string | undefined {
  const { type, items, enum: values, $ref } = schema
  if (path.at(-1) === 'items' && Array.isArray(type))
    return '.type: unions of types are not supported in items.'
  if ([type].flat().includes('array') && items === undefined && !('prefixItems' in schema))
    return '.items: missing field.'
  if (Array.isArray(values) && values.some(value => typeof value !== 'string' && typeof value !== 'number'))
    return '.enum: only strings and numbers are supported.'
  const beside = Object.keys(schema).some(keyword => !keyword.startsWith('$'))
  return $ref !== undefined && beside ? ': no other properties may be set beside $ref.' : undefined
}
