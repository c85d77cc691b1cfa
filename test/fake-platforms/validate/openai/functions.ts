import type { Violation } from '../../refuse/refused.ts'
import { nodesOf, schemaFault } from '../json-schema.ts'
import { firstOf, isObject, twice } from '../shape.ts'

const MOST = 128
const ROOTLESS = ['oneOf', 'anyOf', 'allOf', 'enum', 'not']

export interface FunctionTool {
  name: string
  description?: string | null | undefined
  parameters?: unknown
  strict?: boolean | null | undefined
}

/**
 * OpenAI's rules for functions, the same in both of its APIs; `at` says where a tool's fields stand.
 * https://platform.openai.com/docs/guides/function-calling, and the errors of the API itself.
 */
export function functionsViolation(
  tools: readonly FunctionTool[],
  at: (index: number) => string,
): Violation | undefined {
  if (tools.length > MOST)
    return {
      message: `Invalid 'tools': array too long. Expected an array with maximum length ${MOST}, but got an array with length ${tools.length} instead.`,
      param: 'tools',
      code: 'array_above_max_length',
    }
  const repeated = twice(tools.map(({ name }) => name))
  if (repeated !== undefined) return { message: `Tool names must be unique: '${repeated}'.`, param: 'tools' }
  return firstOf(tools, (tool, index) => functionViolation(tool, at(index)))
}

function functionViolation(tool: FunctionTool, at: string): Violation | undefined {
  if (tool.name.length > 64) return long(`${at}.name`, 64, tool.name)
  if (!/^[a-zA-Z0-9_-]+$/.test(tool.name))
    return {
      message: `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      param: `${at}.name`,
      code: 'invalid_value',
    }
  if ((tool.description ?? '').length > 1_024) return long(`${at}.description`, 1_024, tool.description ?? '')
  const why = tool.parameters == null ? undefined : parametersFault(tool.parameters, tool.strict === true)
  return why === undefined
    ? undefined
    : {
        message: `Invalid schema for function '${tool.name}': ${why}.`,
        param: `${at}.parameters`,
        code: 'invalid_function_parameters',
      }
}

function long(param: string, most: number, text: string): Violation {
  return {
    message: `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${text.length} instead.`,
    param,
    code: 'string_above_max_length',
  }
}

function parametersFault(root: unknown, isStrict: boolean): string | undefined {
  if (!isObject(root) || root.type !== 'object')
    return `schema must be a JSON Schema of 'type: "object"', got 'type: ${JSON.stringify(isObject(root) ? root.type : root) ?? '"None"'}'`
  if (ROOTLESS.some(keyword => keyword in root))
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level"
  const fault = schemaFault(root)
  if (fault) return `In context=${context(fault.path)}, ${fault.why}`
  for (const { path, schema } of nodesOf(root)) {
    if (!isObject(schema)) continue
    const types = [schema.type].flat()
    if (types.includes('array') && !('items' in schema))
      return `In context=${context(path)}, array schema missing items`
    if (isStrict && types.includes('object') && schema.additionalProperties !== false)
      return `In context=${context(path)}, 'additionalProperties' is required to be supplied and to be false`
  }
  return undefined
}

function context(path: readonly (string | number)[]): string {
  return `(${path.map(step => `'${step}'`).join(', ')})`
}
