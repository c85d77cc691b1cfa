import type { Message, ModelRequest } from '../platform.ts'

/** Asks about a conversation without offering tools: for a summary of it, or what to check next. */
export function requestWithoutTools(
  messages: readonly Message[],
  instructions: string,
  task: string,
): ModelRequest {
  const asked: Message = { role: 'user', text: task }
  return { system: instructions, messages: [...withoutCalls(messages), asked], tools: [] }
}

/** As text: platforms refuse calls of tools that are not offered. */
function withoutCalls(messages: readonly Message[]): Message[] {
  return messages.flatMap((message): Message[] => {
    if (message.role === 'tool') return [{ role: 'user', text: message.text }]
    if (message.role === 'user') return [message]
    const called = message.calls.map(call => `[called ${call.name} ${call.rawArgs}]`)
    return [{ role: 'assistant', text: [message.text, ...called].filter(Boolean).join('\n'), calls: [] }]
  })
}
