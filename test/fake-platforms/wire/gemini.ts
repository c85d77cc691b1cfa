import type { Part } from '@google/genai'
import { newId, newSeal } from '../instance.ts'
import type { Turn } from '../turn.ts'
import {
  type Ask,
  COMMENT,
  type Frame,
  pieces,
  rawArgs,
  times,
  unnamed,
  usageOf,
  type Wire,
} from './frame.ts'

/** https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent */
export const gemini: Wire = {
  frames(turn, ask) {
    const responseId = newId(ask.instance, '', ask.model)
    const chunk = (part: Frame['part'], more: object): Frame => ({
      part,
      bytes: `${unnamed({ ...more, modelVersion: turn.model ?? ask.model, responseId }).trimEnd()}\r\n\r\n`,
    })
    const said = (part: Frame['part'], parts: Part[]) =>
      chunk(part, {
        candidates: [{ content: { role: 'model', parts }, index: 0 }],
        usageMetadata: early(turn),
      })
    if (turn.stop === 'blocked')
      return [
        chunk('end', {
          promptFeedback: { blockReason: turn.stopAs ?? 'PROHIBITED_CONTENT' },
          usageMetadata: early(turn),
        }),
      ]
    const asParts = calls(turn, ask)
    return [
      ...times(turn.pings, () => COMMENT),
      ...pieces(turn.thinking ?? '', turn).map(text => said('thinking', [{ text, thought: true }])),
      ...pieces(turn.text ?? '', turn).map(text => said('text', [{ text }])),
      ...asParts.map(part => said('args', [part])),
      chunk('end', {
        candidates: [
          {
            content: { role: 'model', parts: [last(turn, ask)] },
            finishReason: turn.stopAs ?? reasonOf(turn, asParts.length),
            index: 0,
          },
        ],
        usageMetadata: usageIn(turn),
      }),
    ]
  },
  errorFrame: (kind, message) => ({
    part: 'other',
    bytes: unnamed({
      error:
        kind === 'server'
          ? { code: 500, message, status: 'INTERNAL' }
          : { code: 503, message, status: 'UNAVAILABLE' },
    }),
  }),
}

/** Only the first call of an answer is signed: https://ai.google.dev/gemini-api/docs/thought-signatures. */
function calls(turn: Turn, { instance, model }: Ask): Part[] {
  return (turn.calls ?? []).flatMap((call, index): Part[] => {
    const args = argsOf(rawArgs(call))
    if (!args) return []
    const functionCall = {
      ...(call.id && { id: call.id }),
      name: call.name,
      ...(Object.keys(args).length > 0 && { args }),
    }
    return [{ functionCall, ...(index === 0 && { thoughtSignature: newSeal(instance, model) }) }]
  })
}

/** Arguments that are no JSON are never sent by this vendor: the answer ends with MALFORMED_FUNCTION_CALL. */
function argsOf(raw: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(raw || '{}')
  } catch {
    return undefined
  }
}

/** An answer without calls may be signed in its last part, which may be empty. */
function last(turn: Turn, { instance, model }: Ask): Part {
  const signed = turn.thinking !== undefined && !turn.calls?.length
  return { text: '', ...(signed && { thoughtSignature: newSeal(instance, model) }) }
}

function reasonOf(turn: Turn, sent: number): string {
  if (turn.stop === 'length') return 'MAX_TOKENS'
  if (turn.stop === 'filtered' || turn.stop === 'refusal') return 'SAFETY'
  const malformed = turn.stop === 'malformed-call' || sent < (turn.calls?.length ?? 0)
  return malformed ? 'MALFORMED_FUNCTION_CALL' : 'STOP'
}

function early(turn: Turn) {
  const { inputTokens } = usageOf(turn)
  return { promptTokenCount: inputTokens, totalTokenCount: inputTokens }
}

/** Candidates are without thoughts. */
function usageIn(turn: Turn) {
  const { inputTokens, outputTokens, cacheReadTokens, thinkingTokens } = usageOf(turn)
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - thinkingTokens,
    totalTokenCount: inputTokens + outputTokens,
    ...(thinkingTokens > 0 && { thoughtsTokenCount: thinkingTokens }),
    ...(cacheReadTokens > 0 && { cachedContentTokenCount: cacheReadTokens }),
  }
}
