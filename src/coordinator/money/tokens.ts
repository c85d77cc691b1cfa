import type { Message, ModelRequest } from '../../platforms/platform.ts'

const CHARACTERS_A_TOKEN = 4

/** A rough estimate; the vendors' tokenizers differ by about 20 %. */
export function tokensOfRequest({ system, messages, tools }: ModelRequest): number {
  const words = tools.reduce((sum, tool) => sum + tool.name.length + tool.description.length, system.length)
  const schemas = tools.reduce((sum, tool) => sum + sizeOf(tool.inputSchema), 0)
  return Math.ceil((words + schemas) / CHARACTERS_A_TOKEN) + tokensOf(messages)
}

function tokensOf(messages: readonly Message[]): number {
  const characters = messages.reduce((sum, message) => sum + message.text.length + callsOf(message), 0)
  return Math.ceil(characters / CHARACTERS_A_TOKEN)
}

function callsOf(message: Message): number {
  if (message.role !== 'assistant') return 0
  return message.calls.reduce((sum, call) => sum + call.name.length + call.rawArgs.length, 0)
}

const sizes = new WeakMap<object, number>()

function sizeOf(schema: Record<string, unknown>): number {
  const known = sizes.get(schema)
  if (known !== undefined) return known
  const size = JSON.stringify(schema)?.length ?? 0
  sizes.set(schema, size)
  return size
}
