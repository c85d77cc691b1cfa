import { randomUUID } from 'node:crypto'
import type { GenerateContentResponse, Part } from '@google/genai'
import type { ModelCall, ModelEvent, Usage } from '../platform.ts'
import { billedOutput } from '../usage.ts'

/** Collects one answer from its stream. */
export function collectAnswer() {
  const parts: Part[] = []
  let stopReason: string | undefined
  let model: string | undefined
  let usage: Usage | undefined
  return {
    *take(chunk: GenerateContentResponse): Generator<ModelEvent> {
      usage = usageOf(chunk) ?? usage
      model = chunk.modelVersion || model
      const [candidate] = chunk.candidates ?? []
      stopReason = candidate?.finishReason ?? (chunk.promptFeedback?.blockReason ? 'SAFETY' : stopReason)
      yield { type: 'thinking' }
      for (const part of candidate?.content?.parts ?? []) {
        parts.push(part)
        if (part.text && !part.thought) yield { type: 'text', text: part.text }
      }
    },
    calls: () => parts.flatMap(part => (part.functionCall ? callOf(part.functionCall) : [])),
    /** Parts to send back: a signed answer goes back unchanged, part by part. Empty if no part is signed. */
    carried: () => (parts.some(part => part.thoughtSignature) ? parts.filter(isKept) : []),
    stopReason: () => stopReason,
    model: () => model,
    usage: () => usage,
  }
}

/** Drops thought summaries, which are only for reading. A signature belongs to its part, even if that is empty. */
function isKept(part: Part): boolean {
  return Boolean(part.thoughtSignature || part.functionCall || (part.text && !part.thought))
}

/** The Gemini API may omit the id. Results are matched by it, so it must be unique in the conversation. */
function callOf({ id, name, args }: NonNullable<Part['functionCall']>): ModelCall {
  return {
    id: id || `call_${randomUUID().slice(0, 12)}`,
    name: name ?? '',
    args: args ?? {},
    rawArgs: JSON.stringify(args ?? {}),
  }
}

function usageOf({ usageMetadata: counts }: GenerateContentResponse): Usage | undefined {
  if (!counts) return undefined
  const inputTokens = (counts.promptTokenCount ?? 0) + (counts.toolUsePromptTokenCount ?? 0)
  // Thoughts are billed but not included in the candidates' count.
  const outputTokens = (counts.candidatesTokenCount ?? 0) + (counts.thoughtsTokenCount ?? 0)
  return {
    inputTokens,
    outputTokens: billedOutput(inputTokens, outputTokens, counts.totalTokenCount),
    cacheReadTokens: counts.cachedContentTokenCount ?? 0,
    cacheWriteTokens: 0,
  }
}
