// Every vendor's bare SDK, pointed at a fake platform, reduced to one shape that tests can compare.

import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI, { AzureOpenAI } from 'openai'

export interface Answer {
  text: string
  thought: string
  calls: { name: string; args: string }[]
  /** The vendor's own word for how it ended; undefined: it never said. */
  end: string | undefined
}

export interface Client {
  /** One request that says hello and offers a tool `find`; what has come stands in `answer` even if it throws. */
  ask(url: string, answer: Answer, signal: AbortSignal): Promise<void>
  list(url: string): Promise<string[]>
}

const key = { apiKey: 'key-1', maxRetries: 0, logLevel: 'off' as const }
const schema = { type: 'object' as const, properties: { id: { type: 'string' } } }
const openai = (baseURL: string) => new OpenAI({ ...key, baseURL })
const azure = (endpoint: string) => new AzureOpenAI({ ...key, endpoint, apiVersion: '2025-04-01-preview' })
const anthropic = (baseURL: string) => new Anthropic({ ...key, baseURL })
const gemini = (baseUrl: string) =>
  new GoogleGenAI({ apiKey: 'key-1', vertexai: false, httpOptions: { baseUrl } })
const vertex = (baseUrl: string) =>
  new GoogleGenAI({
    vertexai: true,
    project: 'p1',
    location: 'europe-west4',
    httpOptions: { baseUrl, headers: { authorization: 'Bearer key-1' } },
    // Signing in has tests of its own.
    googleAuthOptions: { authClient: { getRequestHeaders: async () => new Headers() } as never },
  })

/** By instance; what follows the vendor's name says which of its APIs is asked. */
export const CLIENTS: Record<string, Client> = {
  openai: { ask: (url, ...rest) => responses(openai(url), ...rest), list: url => ids(openai(url)) },
  'openai-completions': {
    ask: (url, ...rest) => completions(openai(url), ...rest),
    list: url => ids(openai(url)),
  },
  azure: { ask: (url, ...rest) => responses(azure(url), ...rest), list: url => ids(azure(url)) },
  'azure-completions': {
    ask: (url, ...rest) => completions(azure(url), ...rest),
    list: url => ids(azure(url)),
  },
  anthropic: { ask: (url, ...rest) => messages(anthropic(url), ...rest), list: url => ids(anthropic(url)) },
  google: { ask: (url, ...rest) => contents(gemini(url), ...rest), list: url => names(gemini(url)) },
  vertex: { ask: (url, ...rest) => contents(vertex(url), ...rest), list: url => names(vertex(url)) },
}

async function responses(client: OpenAI, answer: Answer, signal: AbortSignal): Promise<void> {
  const stream = await client.responses.create(
    {
      model: 'm',
      input: 'hello',
      tools: [{ type: 'function', name: 'find', parameters: schema, strict: false }],
      store: false,
      include: ['reasoning.encrypted_content'],
      stream: true,
    },
    { signal },
  )
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') answer.text += event.delta
    if (event.type === 'response.reasoning_summary_text.delta') answer.thought += event.delta
    if (event.type === 'response.output_item.done' && event.item.type === 'function_call')
      answer.calls.push({ name: event.item.name, args: event.item.arguments })
    if (event.type === 'error') throw new Error(`${event.code}: ${event.message}`)
    if (event.type === 'response.completed' || event.type === 'response.incomplete')
      answer.end = event.response.incomplete_details?.reason ?? event.response.status
  }
}

async function completions(client: OpenAI, answer: Answer, signal: AbortSignal): Promise<void> {
  const stream = await client.chat.completions.create(
    {
      model: 'm',
      messages: [{ role: 'user', content: 'hello' }],
      tools: [{ type: 'function', function: { name: 'find', parameters: schema } }],
      stream: true,
    },
    { signal },
  )
  for await (const { choices } of stream) {
    const [choice] = choices
    answer.text += choice?.delta.content ?? ''
    answer.thought += (choice?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''
    for (const { index, function: part } of choice?.delta.tool_calls ?? []) {
      const call = answer.calls[index] ?? { name: part?.name ?? '', args: '' }
      answer.calls[index] = call
      call.args += part?.arguments ?? ''
    }
    answer.end = choice?.finish_reason ?? answer.end
  }
}

async function messages(client: Anthropic, answer: Answer, signal: AbortSignal): Promise<void> {
  const stream = await client.messages.create(
    {
      model: 'm',
      max_tokens: 99,
      messages: [{ role: 'user', content: 'hello' }],
      tools: [{ name: 'find', input_schema: schema }],
      stream: true,
    },
    { signal },
  )
  for await (const event of stream) {
    if (event.type === 'message_delta') answer.end = event.delta.stop_reason ?? undefined
    if (event.type === 'content_block_start' && event.content_block.type === 'tool_use')
      answer.calls.push({ name: event.content_block.name, args: '' })
    if (event.type !== 'content_block_delta') continue
    const last = answer.calls.at(-1)
    if (event.delta.type === 'text_delta') answer.text += event.delta.text
    if (event.delta.type === 'thinking_delta') answer.thought += event.delta.thinking
    if (event.delta.type === 'input_json_delta' && last) last.args += event.delta.partial_json
  }
}

async function contents(client: GoogleGenAI, answer: Answer, abortSignal: AbortSignal): Promise<void> {
  const stream = await client.models.generateContentStream({
    model: 'm',
    contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
    config: {
      abortSignal,
      tools: [{ functionDeclarations: [{ name: 'find', parametersJsonSchema: schema }] }],
    },
  })
  for await (const { candidates, promptFeedback } of stream) {
    for (const { text = '', thought, functionCall } of candidates?.[0]?.content?.parts ?? []) {
      if (thought) answer.thought += text
      else answer.text += text
      if (functionCall)
        answer.calls.push({ name: functionCall.name ?? '', args: JSON.stringify(functionCall.args ?? {}) })
    }
    answer.end = candidates?.[0]?.finishReason ?? promptFeedback?.blockReason ?? answer.end
  }
}

async function ids(client: OpenAI | Anthropic): Promise<string[]> {
  const found: string[] = []
  for await (const { id } of client.models.list()) found.push(id)
  return found
}

async function names(client: GoogleGenAI): Promise<string[]> {
  const found: string[] = []
  for await (const { name = '' } of await client.models.list()) found.push(name.split('/').at(-1) ?? '')
  return found
}
