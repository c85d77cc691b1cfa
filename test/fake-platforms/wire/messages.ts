import type {
  Message,
  MessageDeltaUsage,
  RawMessageStreamEvent,
  StopReason,
} from '@anthropic-ai/sdk/resources/messages/messages'
import { newId, newSeal } from '../instance.ts'
import type { Turn } from '../turn.ts'
import { type Ask, type Frame, named, pieces, rawArgs, times, usageOf, type Wire } from './frame.ts'

type Said = [Frame['part'], RawMessageStreamEvent]

/** https://docs.claude.com/en/docs/build-with-claude/streaming */
export const messages: Wire = {
  frames(turn, ask) {
    const blocks = [...thinking(turn, ask), ...text(turn), ...calls(turn, ask)]
    const ping: Frame = { part: 'ping', bytes: named('ping', { type: 'ping' }) }
    const said: Said[] = [
      ['start', { type: 'message_start', message: opened(turn, ask) }],
      ...blocks.flatMap((block, index) => block(index)),
      ['end', delta(turn)],
      ['end', { type: 'message_stop' }],
    ]
    const frames = said.map(([part, event]): Frame => ({ part, bytes: named(event.type, event) }))
    // One ping comes behind every start, as the vendor sends it.
    return frames.toSpliced(1, 0, ping, ...times(turn.pings, () => ping))
  },
  errorFrame: (kind, message) => ({
    part: 'other',
    bytes: named('error', {
      type: 'error',
      error: { type: kind === 'server' ? 'api_error' : 'overloaded_error', message },
      request_id: 'req_fake',
    }),
  }),
}

type Block = (index: number) => Said[]

function thinking(turn: Turn, { instance, model }: Ask): Block[] {
  if (turn.thinking === undefined) return []
  const signature = newSeal(instance, turn.model ?? model)
  if (turn.redacted)
    return [
      index => [
        [
          'thinking',
          {
            type: 'content_block_start',
            index,
            content_block: { type: 'redacted_thinking', data: signature },
          },
        ],
        ['thinking', { type: 'content_block_stop', index }],
      ],
    ]
  return [
    index => [
      [
        'thinking',
        {
          type: 'content_block_start',
          index,
          content_block: { type: 'thinking', thinking: '', signature: '' },
        },
      ],
      ...pieces(turn.thinking ?? '', turn).map(
        (part): Said => [
          'thinking',
          {
            type: 'content_block_delta',
            index,
            delta: { type: 'thinking_delta', thinking: part },
          } as RawMessageStreamEvent,
        ],
      ),
      ['thinking', { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } }],
      ['thinking', { type: 'content_block_stop', index }],
    ],
  ]
}

function text(turn: Turn): Block[] {
  if (!turn.text) return []
  const parts = pieces(turn.text, turn)
  return [
    index => [
      [
        'other',
        { type: 'content_block_start', index, content_block: { type: 'text', text: '', citations: null } },
      ],
      ...parts.map(
        (part): Said => [
          'text',
          { type: 'content_block_delta', index, delta: { type: 'text_delta', text: part } },
        ],
      ),
      ['other', { type: 'content_block_stop', index }],
    ],
  ]
}

function calls(turn: Turn, { instance, model }: Ask): Block[] {
  return (turn.calls ?? []).map(call => {
    const block = {
      type: 'tool_use' as const,
      id: call.id ?? newId(instance, 'toolu_', model),
      name: call.name,
      input: {},
      caller: { type: 'direct' as const },
    }
    return index => [
      ['other', { type: 'content_block_start', index, content_block: block }],
      // An empty fragment comes first, and is all that comes for a tool without arguments.
      ...['', ...pieces(rawArgs(call), turn)].map(
        (part): Said => [
          part ? 'args' : 'other',
          { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: part } },
        ],
      ),
      ['other', { type: 'content_block_stop', index }],
    ]
  })
}

function opened(turn: Turn, { instance, model }: Ask): Message {
  const { output_tokens: _, ...counts } = usageIn(turn)
  return {
    id: newId(instance, 'msg_', model),
    type: 'message',
    role: 'assistant',
    model: turn.model ?? model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      ...counts,
      input_tokens: counts.input_tokens ?? 0,
      output_tokens: 1,
      cache_creation: null,
      inference_geo: null,
      service_tier: 'standard',
      speed: null,
    },
  }
}

/** Its usage is cumulative: the whole turn's. */
function delta(turn: Turn): RawMessageStreamEvent {
  const refused = turn.stop === 'filtered' || turn.stop === 'refusal' || turn.stop === 'blocked'
  return {
    type: 'message_delta',
    delta: {
      stop_reason: (turn.stopAs as StopReason) ?? (refused ? 'refusal' : reasonOf(turn)),
      stop_sequence: null,
      stop_details: refused ? { type: 'refusal', category: null, explanation: null } : null,
      container: null,
    },
    usage: usageIn(turn),
  }
}

function reasonOf(turn: Turn): StopReason {
  if (turn.stop === 'length') return 'max_tokens'
  if (turn.stop === 'context') return 'model_context_window_exceeded'
  return turn.calls?.length ? 'tool_use' : 'end_turn'
}

/** Input tokens are without what was read from or written to the cache. */
function usageIn(turn: Turn): MessageDeltaUsage {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, thinkingTokens } = usageOf(turn)
  return {
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: outputTokens,
    output_tokens_details: thinkingTokens ? { thinking_tokens: thinkingTokens } : null,
    server_tool_use: null,
  }
}
