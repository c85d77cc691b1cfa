import type { Dialect, ToolSpec } from '../../../src/llm/platform.ts'
import type { Violation } from '../refuse/refused.ts'
import { toolsViolation as ofAnthropic, type Tool } from './anthropic/tools.ts'
import { declarationsViolation } from './google/declarations.ts'
import { functionsViolation } from './openai/functions.ts'

/** What a vendor would say of these tools alone; Google gets them as `parametersJsonSchema`. */
export function toolsViolation(dialect: Dialect, specs: readonly ToolSpec[]): Violation | undefined {
  if (dialect === 'openai')
    return functionsViolation(
      specs.map(({ inputSchema, ...rest }) => ({ ...rest, parameters: inputSchema })),
      index => `tools[${index}]`,
    )
  if (dialect === 'anthropic')
    return ofAnthropic(
      specs.map(({ inputSchema, ...rest }) => ({ ...rest, input_schema: inputSchema }) as Tool),
    )
  if (dialect === 'google') {
    const functionDeclarations = specs.map(({ inputSchema, ...rest }) => ({
      ...rest,
      parametersJsonSchema: inputSchema,
    }))
    return declarationsViolation([{ functionDeclarations }])
  }
  return undefined
}
