// https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use

import { z } from 'zod'
import type { Violation } from '../../refuse/refused.ts'
import { nodesOf, schemaFault } from '../json-schema.ts'
import { first, firstOf, isObject, shapeOf, twice } from '../shape.ts'

const any = z.unknown().optional()
const text = z.string()

const tool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: text.regex(/^[a-zA-Z0-9_-]{1,64}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
  description: text.optional(),
  input_schema: z.looseObject({ type: z.literal('object', "Input should be 'object'") }),
  cache_control: z.looseObject({ type: z.literal('ephemeral') }).nullish(),
  ...Object.fromEntries(
    'strict defer_loading allowed_callers input_examples eager_input_streaming'
      .split(' ')
      .map(name => [name, any]),
  ),
})

export type Tool = z.infer<typeof tool>

export function toolsViolation(tools: readonly Tool[]): Violation | undefined {
  return first(
    () => firstOf(tools, (one, index) => shapeOf(tool, one, 'anthropic', ['tools', index, 'custom'])),
    () => firstOf(tools, schemaViolation),
    () => uniqueNames(tools),
  )
}

function schemaViolation({ input_schema: schema }: Tool, index: number): Violation | undefined {
  const param = `tools.${index}.custom.input_schema`
  if (['oneOf', 'allOf', 'anyOf'].some(keyword => keyword in schema))
    return { message: 'input_schema does not support oneOf, allOf, or anyOf at the top level', param }
  const fault = schemaFault(schema)
  if (fault)
    return {
      message: `JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). At ${fault.path.join('.') || 'the root'}: ${fault.why}`,
      param,
    }
  for (const node of nodesOf(schema)) {
    const properties = isObject(node.schema) && isObject(node.schema.properties) ? node.schema.properties : {}
    if (!Object.keys(properties).every(key => /^[a-zA-Z0-9_.-]{1,64}$/.test(key)))
      return {
        message: "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'",
        param: [param, ...node.path, 'properties'].join('.'),
      }
  }
  return undefined
}

function uniqueNames(tools: readonly Tool[]): Violation | undefined {
  const repeated = twice(tools.map(({ name }) => name))
  return repeated === undefined ? undefined : { message: 'Tool names must be unique.', param: 'tools' }
}
