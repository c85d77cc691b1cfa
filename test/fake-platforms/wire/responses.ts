import type {
  Response,
  ResponseFunctionToolCall,
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseStreamEvent,
  ResponseUsage,
  Tool,
} from 'openai/resources/responses/responses'
import { newId, newSeal } from '../instance.ts'
import type { Turn } from '../turn.ts'
import { type Ask, COMMENT, type Frame, named, pieces, rawArgs, times, usageOf, type Wire } from './frame.ts'

type Numbered<T> = T extends unknown ? Omit<T, 'sequence_number'> : never
/** One event without its number, and what it is a part of. */
type Said = [Frame['part'], Numbered<ResponseStreamEvent>]

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export const responses: Wire = {
  frames(turn, ask) {
    const items = [...reasoning(turn, ask), ...message(turn, ask), ...calls(turn, ask)]
    const output = items.map(one => one.item)
    const begun = shell(turn, ask)
    const said: Said[] = [
      ['start', { type: 'response.created', response: begun }],
      ['start', { type: 'response.in_progress', response: begun }],
      ...items.flatMap((one, index) => one.said(index)),
      ['end', ending(turn, { ...begun, output, usage: usageIn(turn) })],
    ]
    const frames = said.map(([part, event], number) => frame(part, { ...event, sequence_number: number }))
    return frames.toSpliced(2, 0, ...times(turn.pings, () => COMMENT))
  },
  errorFrame: (kind, message) =>
    frame('other', {
      type: 'error',
      code: kind === 'server' ? 'server_error' : 'server_is_overloaded',
      message,
      param: null,
      sequence_number: 99,
    }),
}

function frame(part: Frame['part'], event: { type: string; [field: string]: unknown }): Frame {
  return { part, bytes: named(event.type, event) }
}

interface Item {
  item: ResponseOutputItem
  said(index: number): Said[]
}

function reasoning(turn: Turn, { instance, model, body }: Ask): Item[] {
  if (turn.thinking === undefined) return []
  const sealed = (body.include as string[] | undefined)?.includes('reasoning.encrypted_content')
  const item: ResponseReasoningItem = {
    type: 'reasoning',
    id: newId(instance, 'rs_', model),
    summary: turn.thinking ? [{ type: 'summary_text', text: turn.thinking }] : [],
    ...(sealed && { encrypted_content: newSeal(instance, model) }),
  }
  const said = (index: number): Said[] => {
    const at = { item_id: item.id, output_index: index, summary_index: 0 }
    return [
      [
        'thinking',
        { type: 'response.output_item.added', output_index: index, item: { ...item, summary: [] } },
      ],
      ...pieces(turn.thinking ?? '', turn).map(
        (delta): Said => ['thinking', { type: 'response.reasoning_summary_text.delta', ...at, delta }],
      ),
      ['thinking', { type: 'response.output_item.done', output_index: index, item }],
    ]
  }
  return [{ item, said }]
}

function message(turn: Turn, { instance, model }: Ask): Item[] {
  if (!turn.text) return []
  const { text } = turn
  const refused = turn.stop === 'refusal'
  const item: ResponseOutputMessage = {
    type: 'message',
    id: newId(instance, 'msg_', model),
    role: 'assistant',
    status: 'completed',
    content: [
      refused
        ? { type: 'refusal', refusal: text }
        : { type: 'output_text', text, annotations: [], logprobs: [] },
    ],
  }
  const said = (index: number): Said[] => {
    const at = { item_id: item.id, output_index: index, content_index: 0 }
    const opened: ResponseOutputMessage = { ...item, status: 'in_progress', content: [] }
    return [
      ['other', { type: 'response.output_item.added', output_index: index, item: opened }],
      ...pieces(text, turn).map(
        (delta): Said => [
          'text',
          refused
            ? { type: 'response.refusal.delta', ...at, delta }
            : { type: 'response.output_text.delta', ...at, delta, logprobs: [] },
        ],
      ),
      ['other', { type: 'response.output_item.done', output_index: index, item }],
    ]
  }
  return [{ item, said }]
}

function calls(turn: Turn, { instance, model, body }: Ask): Item[] {
  return (turn.calls ?? []).map(call => {
    const namespace = namespaceOf(call.name, body)
    const id = newId(instance, 'fc_', model)
    const item: ResponseFunctionToolCall = {
      type: 'function_call',
      id,
      call_id: call.id ?? newId(instance, 'call_', model),
      name: call.name,
      ...(namespace !== undefined && { namespace }),
      arguments: rawArgs(call),
      status: 'completed',
    }
    const said = (index: number): Said[] => {
      const at = { item_id: id, output_index: index }
      const opened: ResponseFunctionToolCall = { ...item, arguments: '', status: 'in_progress' }
      return [
        ['other', { type: 'response.output_item.added', output_index: index, item: opened }],
        ...pieces(item.arguments, turn).map(
          (delta): Said => ['args', { type: 'response.function_call_arguments.delta', ...at, delta }],
        ),
        [
          'other',
          {
            type: 'response.function_call_arguments.done',
            ...at,
            name: item.name,
            arguments: item.arguments,
          } as Said[1],
        ],
        ['other', { type: 'response.output_item.done', output_index: index, item }],
      ]
    }
    return { item, said }
  })
}

/** A tool that is offered inside of a namespace is called with its name. */
function namespaceOf(tool: string, body: Ask['body']): string | undefined {
  const offered = (Array.isArray(body.tools) ? body.tools : []) as Tool[]
  const found = offered.find(one => one.type === 'namespace' && one.tools.some(({ name }) => name === tool))
  return found?.type === 'namespace' ? found.name : undefined
}

function shell(turn: Turn, { instance, model, body }: Ask): Response {
  return {
    id: newId(instance, 'resp_', model),
    object: 'response',
    created_at: Math.floor(Date.now() / 1_000),
    status: 'in_progress',
    model: turn.model ?? model,
    output: [],
    error: null,
    incomplete_details: null,
    instructions: (body.instructions as string | undefined) ?? null,
    metadata: {},
    parallel_tool_calls: true,
    temperature: 1,
    top_p: 1,
    tool_choice: 'auto',
    tools: [],
  } satisfies Omit<Response, 'output_text' | 'access_programs'> as unknown as Response
}

function ending(turn: Turn, response: Response): Numbered<ResponseStreamEvent> {
  const reason = { length: 'max_output_tokens', filtered: 'content_filter' }[turn.stop as string]
  const incomplete = turn.stopAs ?? reason
  if (!incomplete) return { type: 'response.completed', response: { ...response, status: 'completed' } }
  const details = { reason: incomplete } as NonNullable<Response['incomplete_details']>
  return {
    type: 'response.incomplete',
    response: { ...response, status: 'incomplete', incomplete_details: details },
  }
}

function usageIn(turn: Turn): ResponseUsage {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, thinkingTokens } = usageOf(turn)
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: thinkingTokens },
    total_tokens: inputTokens + outputTokens,
  }
}
