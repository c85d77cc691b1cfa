import type { ChatCompletionChunk } from 'openai/resources/chat/completions/completions'
import type { CompletionUsage } from 'openai/resources/completions'
import { newId } from '../instance.ts'
import type { Turn } from '../turn.ts'
import { COMMENT, type Frame, pieces, rawArgs, times, unnamed, usageOf, type Wire } from './frame.ts'

type Delta = ChatCompletionChunk.Choice.Delta
type Reason = ChatCompletionChunk.Choice['finish_reason']

/** https://platform.openai.com/docs/api-reference/chat-streaming */
export const completions: Wire = {
  frames(turn, { instance, model, body }) {
    const id = newId(instance, 'chatcmpl-', model)
    const chunk = (more: Pick<ChatCompletionChunk, 'choices' | 'usage'>) =>
      unnamed({
        id,
        object: 'chat.completion.chunk',
        created: Math.floor(Date.now() / 1_000),
        model: turn.model ?? model,
        ...more,
      } satisfies ChatCompletionChunk)
    const say = (part: Frame['part'], delta: Delta, reason: Reason = null): Frame => ({
      part,
      bytes: chunk({ choices: [{ index: 0, delta, finish_reason: reason }] }),
    })
    const counted = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage
    const calls = (turn.calls ?? []).flatMap((call, index): Frame[] => {
      const callId = call.id ?? newId(instance, 'call_', model)
      const opened = {
        index,
        id: callId,
        type: 'function' as const,
        function: { name: call.name, arguments: '' },
      }
      return [
        say('other', { tool_calls: [opened] }),
        ...pieces(rawArgs(call), turn).map(part =>
          say('args', { tool_calls: [{ index, function: { arguments: part } }] }),
        ),
      ]
    })
    return [
      say('start', { role: 'assistant', content: turn.calls?.length ? null : '', refusal: null }),
      ...times(turn.pings, () => COMMENT),
      // Not OpenAI's own, which keeps its reasoning to itself here: many servers of its dialect say it so.
      ...pieces(turn.thinking ?? '', turn).map(part =>
        say('thinking', { reasoning_content: part } as unknown as Delta),
      ),
      ...pieces(turn.text ?? '', turn).map(part =>
        say('text', turn.stop === 'refusal' ? { refusal: part } : { content: part }),
      ),
      ...calls,
      say('end', {}, (turn.stopAs as Reason) ?? reasonOf(turn)),
      ...(counted ? [{ part: 'end' as const, bytes: chunk({ choices: [], usage: usageIn(turn) }) }] : []),
      { part: 'end', bytes: 'data: [DONE]\n\n' },
    ]
  },
  errorFrame: (kind, message) => ({
    part: 'other',
    bytes: unnamed({
      error: {
        message,
        type: 'server_error',
        param: null,
        code: kind === 'server' ? 'server_error' : 'overloaded',
      },
    }),
  }),
}

function reasonOf(turn: Turn): Reason {
  if (turn.stop === 'length') return 'length'
  if (turn.stop === 'filtered') return 'content_filter'
  return turn.calls?.length ? 'tool_calls' : 'stop'
}

function usageIn(turn: Turn): CompletionUsage {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, thinkingTokens } = usageOf(turn)
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cacheReadTokens,
      cache_write_tokens: cacheWriteTokens,
      audio_tokens: 0,
    },
    completion_tokens_details: { reasoning_tokens: thinkingTokens },
  }
}
