import type { Message, Platform } from '../../platforms/platform.ts'

/** The summary that a platform writes of these messages. Throws its PlatformFault; empty if it writes nothing. */
export async function summaryOf(
  platform: Platform,
  messages: readonly Message[],
  { instructions, signal }: { instructions: string; signal: AbortSignal },
): Promise<string> {
  let text = ''
  const request = { system: instructions, messages: [...withoutCalls(messages), TASK], tools: [] }
  for await (const event of platform.stream(request, signal)) {
    if (event.type === 'text') text += event.text
    if (event.type === 'rerouted' || event.type === 'retracted') text = ''
  }
  return text.trim()
}

const TASK: Message = { role: 'user', text: 'Write the summary now.' }

/** As text, because there are no tools: platforms refuse calls of tools that are not offered. */
function withoutCalls(messages: readonly Message[]): Message[] {
  return messages.flatMap((message): Message[] => {
    if (message.role === 'tool') return [{ role: 'user', text: message.text }]
    if (message.role === 'user') return [message]
    const called = message.calls.map(call => `[called ${call.name} ${call.rawArgs}]`)
    return [{ role: 'assistant', text: [message.text, ...called].filter(Boolean).join('\n'), calls: [] }]
  })
}

/** What stands in place of the messages. */
export function summarized(summary: string): Message[] {
  return [
    { role: 'user', text: `[summary of the conversation so far; results keep their numbers]\n\n${summary}` },
    { role: 'assistant', text: 'Understood.', calls: [] },
  ]
}
