import type {
  Response,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses'
import { type IdRules, legalIds } from '../calls/ids.ts'
import { modelCall, replayArgs } from '../calls/model-call.ts'
import type { Carry, Finish, Message, ModelEvent, Usage } from '../platform.ts'
import { billedOutput } from '../usage.ts'
import { type OpenAiTurn, resultText } from './dialect.ts'
import { faultInStream } from './fault.ts'

/** One turn of OpenAI's Responses API, the only one in which newer models accept tools. Nothing is stored; reasoning is returned encrypted. */
export async function* responses(turn: OpenAiTurn): AsyncGenerator<ModelEvent> {
  const { client, model, owner, output, request, signal } = turn
  const ids = legalIds(IDS)
  const stream = await client.responses.create(
    {
      model,
      instructions: request.system,
      input: request.messages.flatMap(message => inputOf(message, owner, ids)),
      tools: request.tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        name,
        description,
        parameters: inputSchema,
        // Strict mode supports only a small part of JSON Schema.
        strict: false,
      })),
      ...(request.toolChoice && request.tools.length && { tool_choice: request.toolChoice }),
      ...(output.mostTokens && { max_output_tokens: output.mostTokens }),
      ...(output.effort && { reasoning: { effort: output.effort } }),
      store: false,
      include: ['reasoning.encrypted_content'],
      stream: true,
    },
    { signal },
  )
  const carry: unknown[] = []
  let calls = 0
  let isRefused = false
  for await (const event of stream) {
    const modelEvent = eventOf(event, turn.platform)
    if (modelEvent?.type === 'call') calls++
    isRefused ||= event.type === 'response.refusal.delta'
    // Without encrypted content, a reasoning item is only a reference to something that was not stored.
    if (event.type === 'response.output_item.done' && isSealed(event.item)) carry.push(event.item)
    if (modelEvent?.type === 'finish') {
      const reason = isRefused
        ? 'filtered'
        : modelEvent.reason === 'stop' && calls
          ? 'calls'
          : modelEvent.reason
      return yield { ...modelEvent, reason, carry: { owner, items: carry } }
    }
    yield modelEvent ?? { type: 'thinking' }
  }
}

/** Longer ones are rejected: https://github.com/AnswerDotAI/fastllm/issues/45 */
const IDS: IdRules = { legal: /^[a-zA-Z0-9_-]+$/, longest: 64 }

function isSealed(item: ResponseOutputItem): boolean {
  return item.type === 'reasoning' && Boolean(item.encrypted_content)
}

function inputOf(message: Message, owner: string, ids: ReturnType<typeof legalIds>): ResponseInputItem[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }]
  if (message.role === 'tool')
    return [
      { type: 'function_call_output', call_id: ids.ofResult(message.callId), output: resultText(message) },
    ]
  return [
    ...carried(message.carry, owner),
    ...(message.text ? [{ role: 'assistant' as const, content: message.text }] : []),
    // Only call_id is sent back: an item's own `id` belongs to the account that made it.
    ...message.calls.map(call => ({
      type: 'function_call' as const,
      call_id: ids.ofCall(call.id),
      name: call.name,
      arguments: replayArgs(call),
    })),
  ]
}

function carried(carry: Carry | undefined, owner: string): ResponseInputItem[] {
  return carry?.owner === owner ? (carry.items as ResponseInputItem[]) : []
}

function eventOf(event: ResponseStreamEvent, platform: string): ModelEvent | undefined {
  switch (event.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return { type: 'text', text: event.delta }
    case 'response.output_item.done': {
      const { item } = event
      if (item.type !== 'function_call') return undefined
      return { type: 'call', call: modelCall(item.call_id, item.name, item.arguments) }
    }
    case 'response.completed':
      return { type: 'finish', reason: 'stop', usage: usageOf(event.response), model: event.response.model }
    case 'response.incomplete':
      return incomplete(platform, event.response)
    // The SDK treats it as an ordinary event and does not throw.
    case 'response.failed': {
      const { code, message } = event.response.error ?? { code: undefined, message: 'failed' }
      throw faultInStream(platform, code, message, usageOf(event.response))
    }
    case 'error':
      throw faultInStream(platform, event.code, event.message)
    default:
      return undefined
  }
}

function incomplete(platform: string, response: Response): ModelEvent {
  const why = response.incomplete_details?.reason
  const reason = INCOMPLETE[why ?? '']
  const usage = usageOf(response)
  if (!reason) throw faultInStream(platform, undefined, `the model stopped: ${why ?? 'incomplete'}`, usage)
  return { type: 'finish', reason, usage, model: response.model }
}

/** Any other reason is a failure. */
const INCOMPLETE: Partial<Record<string, Finish['reason']>> = {
  max_output_tokens: 'length',
  content_filter: 'filtered',
}

function usageOf({ usage }: Response): Usage | undefined {
  if (!usage) return undefined
  return {
    inputTokens: usage.input_tokens,
    outputTokens: billedOutput(usage.input_tokens, usage.output_tokens, usage.total_tokens),
    cacheReadTokens: usage.input_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: usage.input_tokens_details?.cache_write_tokens ?? 0,
  }
}
