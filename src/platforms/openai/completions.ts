import { randomUUID } from 'node:crypto'
import type {
  ChatCompletionChunk,
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions'
import { modelCall, replayArgs } from '../model-call.ts'
import { type Message, type ModelEvent, PlatformFault, type ToolSpec, type Usage } from '../platform.ts'
import type { OpenAiTurn } from './dialect.ts'

/** One turn of chat completions, which most OpenAI-compatible servers speak (Ollama, vLLM, OpenRouter, …). */
export async function* completions({
  client,
  platform,
  model,
  request,
  signal,
}: OpenAiTurn): AsyncGenerator<ModelEvent> {
  const tools = request.tools.map(toolOf)
  const stream = await client.chat.completions.create(
    {
      model,
      messages: [{ role: 'system', content: request.system }, ...request.messages.map(messageOf)],
      ...(tools.length && { tools }),
      ...(request.toolChoice && tools.length && { tool_choice: request.toolChoice }),
      stream: true,
      stream_options: { include_usage: true },
    },
    { signal },
  )
  const calls: Partial<Record<number, Parts>> = {}
  let reason: string | null | undefined
  let usage: Usage | undefined
  let servedModel: string | undefined
  for await (const chunk of stream) {
    if (typeof chunk !== 'object' || chunk === null) throw malformed(platform, 'a chunk is not an object')
    usage = usageOf(chunk) ?? usage
    servedModel = chunk.model || servedModel
    // Some servers omit `choices` in the chunk with the usage.
    const [choice] = chunk.choices ?? []
    reason = choice?.finish_reason ?? reason
    for (const delta of choice?.delta?.tool_calls ?? []) collect(calls, delta)
    const text = textOf(platform, choice?.delta?.content || choice?.delta?.refusal)
    yield text ? { type: 'text', text } : { type: 'thinking' }
  }
  if (!reason) return
  const whole = Object.values(calls).flatMap(parts => (parts ? [parts] : []))
  for (const { id, name, args } of whole) yield { type: 'call', call: modelCall(id, name, args) }
  yield { type: 'finish', reason: reasonOf(reason, whole.length), usage, model: servedModel }
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

function malformed(platform: string, why: string): PlatformFault {
  return new PlatformFault(platform, 'server', `malformed stream: ${why}`)
}

interface Parts {
  id: string
  name: string
  args: string
}

type Delta = NonNullable<ChatCompletionChunk.Choice.Delta['tool_calls']>[number]

function collect(calls: Partial<Record<number, Parts>>, { index, id, function: part }: Delta): void {
  const parts = calls[index] ?? { id: '', name: '', args: '' }
  calls[index] = parts
  // Some servers send no id. Results are matched by it, so it must be unique in the conversation.
  parts.id ||= id ?? ''
  parts.name += part?.name ?? ''
  parts.args += part?.arguments ?? ''
  if (!parts.id) parts.id = `call_${randomUUID().slice(0, 12)}`
}

function toolOf({ name, description, inputSchema }: ToolSpec): ChatCompletionFunctionTool {
  return { type: 'function', function: { name, description, parameters: inputSchema } }
}

function messageOf(message: Message): ChatCompletionMessageParam {
  if (message.role === 'user') return { role: 'user', content: message.text }
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.text }
  const { text, calls } = message
  if (calls.length === 0) return { role: 'assistant', content: text }
  return {
    role: 'assistant',
    content: text || null,
    tool_calls: calls.map(call => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: replayArgs(call) },
    })),
  }
}

function reasonOf(reason: string, calls: number): 'stop' | 'calls' | 'length' | 'filtered' {
  if (reason === 'length') return 'length'
  if (reason === 'content_filter') return 'filtered'
  return calls > 0 ? 'calls' : 'stop'
}

function usageOf({ usage }: ChatCompletionChunk): Usage | undefined {
  if (!usage) return undefined
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cacheReadTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
  }
}
