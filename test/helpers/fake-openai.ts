// A local server that speaks both dialects of OpenAI as documented, and misbehaves on order.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { rawServer } from './mcp-servers.ts'

export type Turn =
  | { text?: string; calls?: { name: string; args: string }[] }
  | { fault: 401 | 404 | 429 | 500 }
  /** Closes cleanly after some text, without the terminal marker. */
  | { cut: string }
  /** Closes in the middle of a tool call's arguments. */
  | { cutCall: string }
  /** Sends this and then nothing more. */
  | { hang: string }
  /** A 200 whose stream says that it failed. */
  | { failed: string }
  /** Stops at the limit of tokens. */
  | { length: string }

export interface FakeOpenAi {
  baseUrl: string
  /** Bodies of the requests, in order. */
  requests: { path: string; key: string | undefined; body: Record<string, unknown> }[]
  close(): Promise<void>
}

/** Answers one request after the other by the script; the last turn repeats. */
export async function fakeOpenAi(script: Turn[]): Promise<FakeOpenAi> {
  const requests: FakeOpenAi['requests'] = []
  const server = await rawServer(async (req, res) => {
    const turn = script[Math.min(requests.length, script.length - 1)] ?? { text: '' }
    const path = req.url ?? ''
    requests.push({ path, key: req.headers.authorization, body: JSON.parse(await bodyOf(req)) })
    if ('fault' in turn) return refuse(res, turn.fault)
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    if (path.endsWith('/responses')) responses(res, turn)
    else completions(res, turn)
  })
  return { baseUrl: `http://127.0.0.1:${server.port}/v1`, requests, close: server.close }
}

function refuse(res: ServerResponse, status: number): void {
  const error = { message: `fake ${status}`, type: 'error', code: null, param: null }
  res.writeHead(status, { 'content-type': 'application/json', 'retry-after': '2' })
  res.end(JSON.stringify({ error }))
}

function responses(res: ServerResponse, turn: Exclude<Turn, { fault: number }>): void {
  let number = 0
  const send = (type: string, more: object) =>
    res.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...more })}\n\n`)
  const say = (text: string) => {
    for (const delta of text.match(/.{1,7}/gs) ?? [])
      send('response.output_text.delta', {
        item_id: 'm',
        output_index: 0,
        content_index: 0,
        delta,
        logprobs: [],
      })
  }
  const response = { id: 'resp_1', usage: { input_tokens: 11, output_tokens: 7 } }
  send('response.created', { response })
  if ('cut' in turn) {
    say(turn.cut)
    res.end()
    return
  }
  if ('hang' in turn) return void say(turn.hang)
  if ('cutCall' in turn) {
    send('response.function_call_arguments.delta', { item_id: 'f', output_index: 0, delta: turn.cutCall })
    return void res.end()
  }
  if ('failed' in turn) {
    send('response.failed', {
      response: { ...response, error: { code: 'server_error', message: turn.failed } },
    })
    return void res.end()
  }
  if ('length' in turn) {
    say(turn.length)
    const details = { reason: 'max_output_tokens' }
    send('response.incomplete', { response: { ...response, incomplete_details: details } })
    return void res.end()
  }
  if (turn.calls) {
    const item = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' }
    send('response.output_item.done', { output_index: 0, item })
  }
  say(turn.text ?? '')
  for (const [i, { name, args }] of (turn.calls ?? []).entries()) {
    const item = { type: 'function_call', id: `fc_${i}`, call_id: `call_${i}`, name, arguments: args }
    send('response.output_item.done', { output_index: i, item })
  }
  send('response.completed', { response })
  res.end()
}

function completions(res: ServerResponse, turn: Exclude<Turn, { fault: number }>): void {
  const base = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'fake' }
  const raw = (chunk: object) => res.write(`data: ${JSON.stringify({ ...base, ...chunk })}\n\n`)
  const send = (delta: object, finish: string | null = null) =>
    raw({ choices: [{ index: 0, delta, finish_reason: finish }] })
  const say = (text: string) => {
    for (const content of text.match(/.{1,7}/gs) ?? []) send({ content })
  }
  const call = (index: number, name: string, args: string) => {
    send({
      tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }],
    })
    for (const part of args.match(/.{1,5}/gs) ?? [])
      send({ tool_calls: [{ index, function: { arguments: part } }] })
  }
  send({ role: 'assistant', content: '' })
  if ('cut' in turn) {
    say(turn.cut)
    res.end()
    return
  }
  if ('hang' in turn) return void say(turn.hang)
  if ('cutCall' in turn) {
    call(0, 'x', turn.cutCall)
    res.end()
    return
  }
  if ('failed' in turn) {
    res.write(`data: ${JSON.stringify({ error: { message: turn.failed, code: 'server_error' } })}\n\n`)
    return void res.end()
  }
  say('length' in turn ? turn.length : (turn.text ?? ''))
  if ('length' in turn) send({}, 'length')
  else {
    for (const [i, { name, args }] of (turn.calls ?? []).entries()) call(i, name, args)
    send({}, turn.calls?.length ? 'tool_calls' : 'stop')
  }
  raw({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } })
  res.end('data: [DONE]\n\n')
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of req) text += part
  return text || '{}'
}
