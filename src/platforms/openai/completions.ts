import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions'
import { type IdRules, legalIds } from '../calls/ids.ts'
import { replayArgs } from '../calls/model-call.ts'
import type { Message, ModelEvent, ToolSpec } from '../platform.ts'
import { untilWhole } from '../stream/whole.ts'
import { collectAnswer } from './answer.ts'
import { type OpenAiTurn, resultText } from './dialect.ts'

/** One turn of chat completions, which most OpenAI-compatible servers speak (Ollama, vLLM, OpenRouter, …). */
export async function* completions({
  client,
  platform,
  model,
  output,
  request,
  signal,
  habit,
}: OpenAiTurn): AsyncGenerator<ModelEvent> {
  const tools = request.tools.map(toolOf)
  const ids = legalIds(isMistral(model) ? MISTRAL_IDS : IDS)
  const stream = await client.chat.completions.create(
    {
      model,
      messages: [
        { role: 'system', content: request.system },
        ...request.messages.map(message => messageOf(message, ids)),
      ],
      ...(tools.length && { tools }),
      ...(request.toolChoice && tools.length && { tool_choice: request.toolChoice }),
      // Servers of others know the old name of it; OpenAI's own models are asked through the Responses API.
      ...(output.mostTokens && { max_tokens: output.mostTokens }),
      ...(output.effort && { reasoning_effort: output.effort }),
      stream: true,
      stream_options: { include_usage: true },
    },
    { signal },
  )
  const answer = collectAnswer(platform, request, habit)
  for await (const chunk of untilWhole(stream, answer.isWhole)) yield* answer.take(chunk)
  if (answer.isWhole()) yield* answer.finished()
}

/**
 * Longer ones are rejected: https://github.com/vercel/ai/issues/8132. Dots and colons are in the ids that Kimi expects
 * back: `functions.NAME:0`.
 */
const IDS: IdRules = { legal: /^[\w.:-]+$/, longest: 40 }

/** https://github.com/langchain-ai/langchain/pull/24668 */
const MISTRAL_IDS: IdRules = { legal: /^[a-zA-Z0-9]{9}$/, longest: 9 }

/** By its name, because its models have this rule on other servers, too. */
function isMistral(model: string): boolean {
  return /(mis|magis|minis|devs|codes|pix)tral|mixtral/i.test(model)
}

function toolOf({ name, description, inputSchema }: ToolSpec): ChatCompletionFunctionTool {
  return { type: 'function', function: { name, description, parameters: inputSchema } }
}

function messageOf(message: Message, ids: ReturnType<typeof legalIds>): ChatCompletionMessageParam {
  if (message.role === 'user') return { role: 'user', content: message.text }
  if (message.role === 'tool')
    return { role: 'tool', tool_call_id: ids.ofResult(message.callId), content: resultText(message) }
  const { text, calls } = message
  if (calls.length === 0) return { role: 'assistant', content: text }
  return {
    role: 'assistant',
    content: text || null,
    tool_calls: calls.map(call => ({
      id: ids.ofCall(call.id),
      type: 'function',
      function: { name: call.name, arguments: replayArgs(call) },
    })),
  }
}
