import type { MessageCreateParamsStreaming, Tool } from '@anthropic-ai/sdk/resources/messages/messages'
import { legalName } from '../calls/ids.ts'
import type { Message, ModelRequest, ToolSpec } from '../platform.ts'

export const CACHED = { cache_control: { type: 'ephemeral' } } as const

/**
 * The tools of a request, and whether they may be called. The API rejects a history with calls when no tool is defined;
 * then placeholders with the called names are sent, and none may be called.
 */
export function offered(request: ModelRequest): Pick<MessageCreateParamsStreaming, 'tools' | 'tool_choice'> {
  const { messages, toolChoice } = request
  const tools = request.tools.length > 0 ? request.tools : placeholders(messages)
  if (tools.length === 0) return {}
  const choice = request.tools.length > 0 ? toolChoice : 'none'
  return {
    tools: tools.map((tool, i) => toolOf(tool, i === tools.length - 1)),
    ...(choice && { tool_choice: { type: choice } }),
  }
}

function toolOf({ name, description, inputSchema }: ToolSpec, isLast: boolean): Tool {
  return {
    name,
    ...(description && { description }),
    input_schema: inputSchema as Tool.InputSchema,
    ...(isLast && CACHED),
  }
}

function placeholders(messages: readonly Message[]): ToolSpec[] {
  const names = messages.flatMap(message => {
    if (message.role === 'assistant') return message.calls.map(call => call.name)
    return message.role === 'tool' ? [message.name] : []
  })
  return [...new Set(names.map(legalName))].map(name => ({
    name,
    description: '',
    inputSchema: { type: 'object' },
  }))
}
