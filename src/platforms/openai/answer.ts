import type { ChatCompletionChunk } from 'openai/resources/chat/completions/completions'
import { isRecord } from '../../base/records.ts'
import { factsIn } from '../faults/error-body.ts'
import { kindOfError } from '../faults/evidence.ts'
import { faultIn } from '../faults/fault.ts'
import type { Finish, ModelEvent, ModelRequest, Usage } from '../platform.ts'
import { splitThoughts, type ThinkingHabit } from '../stream/think.ts'
import { billedOutput } from '../usage.ts'
import { type CallPiece, collectCalls, malformed } from './calls.ts'

/** The part of a chunk that is new; some servers send it as `message`, or all of it again at the end. */
interface Piece {
  content?: unknown
  refusal?: unknown
  tool_calls?: CallPiece | CallPiece[] | null
  /** The name of `tool_calls` before 2023. */
  function_call?: CallPiece['function']
}

/** Collects one answer of chat completions from its chunks. */
export function collectAnswer(platform: string, { tools }: ModelRequest, habit?: ThinkingHabit) {
  const calls = collectCalls(platform, new Set(tools.map(tool => tool.name)))
  const thoughts = splitThoughts(habit)
  let hasPieces = false
  let isRefused = false
  let reason = ''
  let usage: Usage | undefined
  let model: string | undefined

  function takeCalls({ tool_calls: pieces, function_call: legacy }: Piece): void {
    for (const piece of [pieces ?? []].flat()) calls.take(piece)
    if (legacy && !pieces) calls.take({ function: legacy })
  }

  return {
    isWhole: () => reason !== '',
    *take(chunk: ChatCompletionChunk): Generator<ModelEvent> {
      throwError(platform, chunk)
      usage = usageOf(chunk) ?? usage
      model = chunk.model || model
      // Some servers omit `choices` in the chunk with the usage.
      const [choice] = chunk.choices ?? []
      if (choice) throwError(platform, choice)
      reason = choice?.finish_reason || reason
      const { delta, message } = (choice ?? {}) as { delta?: Piece | null; message?: Piece | null }
      const piece = hasContent(delta) || hasPieces ? delta : message
      hasPieces ||= hasContent(piece)
      takeCalls(piece ?? {})
      isRefused ||= Boolean(piece?.refusal)
      const { isRetraction, text } = thoughts.take(textOf(platform, piece?.content || piece?.refusal))
      if (isRetraction) yield { type: 'retracted' }
      yield text ? { type: 'text', text } : { type: 'thinking' }
    },
    *finished(): Generator<ModelEvent> {
      const ended = ENDS[reason.toLowerCase()]
      if (!ended) throw faultIn(platform, 'server', `the model stopped: ${reason}`)
      // Any other end may have come in the middle of a call.
      const isDone = ended === 'stop' || ended === 'calls'
      const whole = isDone && !isRefused ? calls.whole() : []
      const { isRetraction, text } = thoughts.end(whole.length > 0)
      if (isRetraction) yield { type: 'retracted' }
      if (text.trim()) yield { type: 'text', text }
      for (const call of whole) yield { type: 'call', call }
      const kind = isRefused ? 'filtered' : whole.length > 0 ? 'calls' : isDone ? 'stop' : ended
      yield { type: 'finish', reason: kind, usage, model }
    },
  }
}

/** How answers end; anything else is a failure. OpenAI's own words come first, then those of compatible servers. */
const ENDS: Partial<Record<string, Finish['reason']>> = {
  stop: 'stop',
  tool_calls: 'calls',
  function_call: 'calls',
  length: 'length',
  content_filter: 'filtered',
  eos: 'stop', // Together
  eos_token: 'stop', // text generation inference
  stop_sequence: 'stop',
  end_turn: 'stop', // proxies of Anthropic
  tool_use: 'calls',
  max_tokens: 'length', // proxies of Gemini
  model_length: 'length', // Mistral
  safety: 'filtered',
  sensitive: 'filtered', // Zhipu
}

/** Throws what a chunk, or its choice (OpenRouter), says of an error; the SDK throws for a chunk's `error` only. */
function throwError(platform: string, chunk: object): void {
  if (typeof chunk !== 'object' || chunk === null) throw malformed(platform, 'a chunk is not an object')
  const { error, object, message } = chunk as Record<string, unknown>
  // vLLM: https://github.com/langchain4j/langchain4j/issues/3475
  const isError = isRecord(error) || (object === 'error' && typeof message === 'string')
  const facts = isError ? factsIn(chunk) : undefined
  if (facts) throw faultIn(platform, kindOfError(undefined, facts), facts.words)
}

function hasContent(piece: Piece | null | undefined): boolean {
  const { content, refusal, tool_calls: calls, function_call: call } = piece ?? {}
  return Boolean(content || refusal || call || (Array.isArray(calls) ? calls.length > 0 : calls))
}

/** Some servers send a list of parts, whose text parts are the answer. */
function textOf(platform: string, content: unknown): string {
  if (Array.isArray(content)) return content.map(partText).join('')
  if (typeof content !== 'string' && content !== null && content !== undefined)
    throw malformed(platform, 'content is not text')
  return content ?? ''
}

function partText(part: { type?: unknown; text?: unknown } | null): string {
  return part?.type === 'text' && typeof part.text === 'string' ? part.text : ''
}

function usageOf({ usage }: ChatCompletionChunk): Usage | undefined {
  if (!usage) return undefined
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: billedOutput(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
    cacheReadTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
  }
}
