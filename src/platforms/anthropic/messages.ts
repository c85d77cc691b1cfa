import type Anthropic from '@anthropic-ai/sdk'
import type { MessageCreateParamsStreaming, StopReason } from '@anthropic-ai/sdk/resources/messages/messages'
import type { Effort, OutputSettings } from '../../config/project.ts'
import { faultIn } from '../faults/fault.ts'
import type { Finish, ModelEvent, ModelRequest, Usage } from '../platform.ts'
import { eventsIn } from './events.ts'
import { historyOf } from './history.ts'
import { CACHED, offered } from './offered.ts'
import { collectAnswer } from './parts.ts'

export interface AnthropicTurn {
  client: Anthropic
  platform: string
  model: string
  /** Of sealed thinking. */
  owner: string
  output: OutputSettings
  request: ModelRequest
  signal: AbortSignal
  /** Gets the token counts as they arrive. */
  count(usage: Usage | undefined): void
}

/** One turn of the Messages API. Emits calls only after `message_stop`, so none of a turn that broke off. */
export async function* messages(turn: AnthropicTurn): AsyncGenerator<ModelEvent> {
  const { client, signal, count } = turn
  const answer = collectAnswer()
  const response = await client.messages.create(bodyOf(turn), { signal }).asResponse()
  for await (const event of eventsIn(response)) {
    if (event?.type === 'message_stop') return yield* finishedEvents(turn, answer)
    const modelEvent: ModelEvent = event ? answer.take(event) : { type: 'thinking' }
    count(answer.usage())
    yield modelEvent
  }
}

function* finishedEvents(
  { platform, owner }: AnthropicTurn,
  answer: ReturnType<typeof collectAnswer>,
): Generator<ModelEvent> {
  const stopped = answer.stopReason()
  if (stopped === 'model_context_window_exceeded' && answer.isEmpty())
    throw faultIn(platform, 'context_overflow', "the model's context window is full")
  const reason = REASONS[stopped ?? 'end_turn']
  if (!reason) throw faultIn(platform, 'server', `the model stopped: ${stopped}`)
  // Any other reason may have ended the turn in the middle of a call.
  const calls = reason === 'stop' || reason === 'calls' ? answer.calls() : []
  for (const call of calls) yield { type: 'call', call }
  const items = answer.carried()
  yield {
    type: 'finish',
    reason: calls.length > 0 ? 'calls' : reason,
    usage: answer.usage(),
    model: answer.model(),
    carry: items.length > 0 ? { owner, items } : undefined,
  }
}

/** A context window that filled up after some text, and `pause_turn`, are truncated answers like any other. */
const REASONS: Partial<Record<StopReason, Finish['reason']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  pause_turn: 'length',
  refusal: 'filtered',
}

/**
 * Uses three of the four allowed cache breakpoints: after the tools, after the system prompt, and after the conversation
 * so far, which is the next turn's prefix.
 */
function bodyOf({ model, owner, output, request }: AnthropicTurn): MessageCreateParamsStreaming {
  const { system } = request
  return {
    model,
    max_tokens: output.mostTokens ?? mostTokens(model),
    ...(output.effort && { output_config: { effort: effortOf(output.effort) } }),
    ...(system.trim() && { system: [{ type: 'text', text: system, ...CACHED }] }),
    messages: withBreakpoint(historyOf(request.messages, owner)),
    ...offered(request),
    stream: true,
  }
}

/** Its lowest level is low. */
function effortOf(effort: Effort): 'low' | 'medium' | 'high' | 'xhigh' | 'max' {
  return effort === 'none' || effort === 'minimal' ? 'low' : effort
}

function withBreakpoint(history: ReturnType<typeof historyOf>): ReturnType<typeof historyOf> {
  const block = history.at(-1)?.content.at(-1)
  if (block && block.type !== 'thinking' && block.type !== 'redacted_thinking') Object.assign(block, CACHED)
  return history
}

/**
 * The API requires a number, counts thinking, and rejects more than the model's maximum. Every model since Claude 3.7
 * allows 32,000 (https://platform.claude.com/docs/en/about-claude/models/overview), and no answer here needs more.
 */
function mostTokens(model: string): number {
  if (/claude-3-5-/.test(model)) return 8_192
  return /claude-3-(opus|sonnet|haiku)/.test(model) ? 4_096 : 32_000
}
