import { unframed } from '../../src/platforms/calls/framed.ts'
import type { ModelEvent, ModelRequest, Platform } from '../../src/platforms/platform.ts'

export type Script = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent> | ModelEvent[]

/** A platform that does what the script says, and records every request it ever got. */
export function scriptedPlatform(script: Script): Platform & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  return {
    name: 'scripted',
    model: 'script',
    requests,
    async *stream(request, signal) {
      requests.push(structuredClone(request))
      yield* script(request, signal)
    },
  }
}

const USAGE = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 }

export const say = (text: string): ModelEvent[] => [
  { type: 'text', text },
  { type: 'finish', reason: 'stop', usage: USAGE },
]

export const callTools = (...calls: [name: string, args: Record<string, unknown>][]): ModelEvent[] => [
  ...calls.map(
    ([name, args], i): ModelEvent => ({
      type: 'call',
      call: { id: `${name}-${i}`, name, args, rawArgs: JSON.stringify(args) },
    }),
  ),
  { type: 'finish', reason: 'calls', usage: USAGE },
]

/** Calls the tools first, and answers with what they said. */
export const callThenSay =
  (...calls: [name: string, args: Record<string, unknown>][]): Script =>
  request => {
    const last = request.messages.at(-1)
    return last?.role === 'tool' ? say(`heard: ${unframed(last.text).text}`) : callTools(...calls)
  }
