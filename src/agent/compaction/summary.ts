import type { Message, ModelRequest } from '../../platforms/platform.ts'
import { SUMMARY_MARK } from './mask.ts'

/** Asks for a summary of these messages, or for something else without tools. */
export function summaryRequest(
  messages: readonly Message[],
  instructions: string,
  task = 'Write the summary now.',
): ModelRequest {
  const asked: Message = { role: 'user', text: task }
  return { system: instructions, messages: [...withoutCalls(messages), asked], tools: [] }
}

/** As text, because there are no tools: platforms refuse calls of tools that are not offered. */
function withoutCalls(messages: readonly Message[]): Message[] {
  return messages.flatMap((message): Message[] => {
    if (message.role === 'tool') return [{ role: 'user', text: message.text }]
    if (message.role === 'user') return [message]
    const called = message.calls.map(call => `[called ${call.name} ${call.rawArgs}]`)
    return [{ role: 'assistant', text: [message.text, ...called].filter(Boolean).join('\n'), calls: [] }]
  })
}

/** The messages that replace the summarized ones. */
export function summarized(summary: string): Message[] {
  return [
    { role: 'user', text: `${SUMMARY_MARK}\n\n${summary}` },
    { role: 'assistant', text: 'Understood.', calls: [] },
  ]
}
