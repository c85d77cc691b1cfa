import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions'
import { replayArgs } from '../calls/model-call.ts'
import type { Message, ModelEvent, ToolSpec } from '../platform.ts'
import { untilWhole } from '../whole.ts'
import { collectAnswer } from './answer.ts'
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
  const answer = collectAnswer(platform, request)
  for await (const chunk of untilWhole(stream, answer.isWhole)) yield* answer.take(chunk)
  if (answer.isWhole()) yield* answer.finished()
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
