// One request of another client, past the SDK: its answer is passed on as it came, and the SDK's checks of what it knows are
// the larger part of a call's time. Connecting, lists and subscriptions stay with the SDK.

import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type Client,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
} from '@modelcontextprotocol/client'
import { packageVersion } from '../../base/package-root.ts'
import { isRecord, safeText } from '../../base/records.ts'
import { Fault } from '../connection.ts'
import { STREAM_ENDED, socketFault } from './fault.ts'
import { answersIn, answerTo, type RpcAnswer } from './http/answer.ts'
import { cappedText } from './http/capped.ts'
import type { Channel, DirectParts } from './http/channel.ts'
import type { Incoming } from './http/exchange.ts'
import { answerInStream } from './http/post-stream.ts'
import { readRefusal, refuseUnanswered } from './http/reply.ts'
import { encodedHeader } from './listing/param-headers.ts'

export interface DirectRequest {
  method: string
  params: Record<string, unknown>
  /** Further headers of this request. */
  headers: Record<string, string>
  signal: AbortSignal
  /** Doing it twice changes nothing. */
  repeatable: boolean
  onprogress: (progress: object) => void
}

export type SendDirect = (request: DirectRequest) => Promise<Record<string, unknown>>

/** Above those of the SDK, which counts from 0. */
let latestId = 1_000_000_000

/**
 * @param onMessage gets the server's own messages that come before the answer
 * @returns a function that throws a Fault or, for an error of JSON-RPC, a ProtocolError
 */
export function createDirect(
  client: Client,
  channel: Channel,
  onMessage: (message: Record<string, unknown>) => void,
): SendDirect {
  const isModern = client.getProtocolEra() === 'modern'
  const version = client.getNegotiatedProtocolVersion() ?? ''
  const info = { name: 'supportmax', version: packageVersion() }
  const envelope = {
    [PROTOCOL_VERSION_META_KEY]: version,
    [CLIENT_INFO_META_KEY]: info,
    [CLIENT_CAPABILITIES_META_KEY]: {},
  }

  return async ({ method, params, headers, signal, repeatable, onprogress }) => {
    const id = ++latestId
    const { _meta } = params
    const meta = { ...(isModern && envelope), ...(isRecord(_meta) && _meta), progressToken: id }
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } })
    const own = isModern ? modernHeaders(version, method, params) : { 'mcp-protocol-version': version }
    const cancel = () => {
      if (isModern) return
      const notice = { method: 'notifications/cancelled', params: { requestId: id } }
      void client.notification(notice as Parameters<typeof client.notification>[0]).catch(() => {})
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const answer = await ask(
        channel.direct,
        { id, method, body, headers: { ...own, ...headers }, signal, repeatable },
        message => {
          const progress = progressIn(message, id)
          if (progress) onprogress(progress)
          else onMessage(message)
        },
      )
      return resultIn(answer)
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }
}

function modernHeaders(
  version: string,
  method: string,
  params: Record<string, unknown>,
): Record<string, string> {
  const name = params.name ?? params.uri ?? params.taskId
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': encodedHeader(name) }),
  }
}

function progressIn({ method, params }: Record<string, unknown>, id: number): object | undefined {
  if (method !== 'notifications/progress' || !isRecord(params) || params.progressToken !== id)
    return undefined
  const { progressToken: _, ...progress } = params
  return progress
}

function resultIn({ result, error }: RpcAnswer): Record<string, unknown> {
  if (error !== undefined) {
    const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
    throw ProtocolError.fromError(Number(safeText(code ?? STREAM_ENDED)), safeText(message ?? error), data)
  }
  if (!isRecord(result)) throw new Fault('protocol', 'the answer has no result')
  return result
}

interface RpcRequest {
  id: unknown
  method: string
  body: string
  /** Without those of the session, which are added here. */
  headers: Record<string, string>
  signal: AbortSignal
  repeatable: boolean
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** Throws a Fault if there is no answer. `onMessage` gets what the server says by itself before its answer. */
async function ask(
  { url, exchange, session, sessionLost }: DirectParts,
  { id, method, body, headers, signal, repeatable }: RpcRequest,
  onMessage: (message: Record<string, unknown>) => void,
): Promise<RpcAnswer> {
  const once = method === 'tools/call' && !repeatable
  const all = { ...HEADERS, ...session, ...headers }
  const incoming = await exchange({ url, method: 'POST', headers: all, body, signal, once, lasting: false })
  const { status, headers: answered, body: stream } = incoming
  if (status === 200 && answered.get('content-type')?.startsWith('text/event-stream'))
    return answerInStream({ id, body: stream, host: incoming.url.host }, onMessage)
  const hadSession = session['mcp-session-id'] !== undefined
  const sent = { id, rpc: method, hadSession, sse: false, lives: false, url: incoming.url }
  const reply = { status, headers: answered, text: await textOf(incoming) }
  if (status < 400) {
    refuseUnanswered(sent, reply)
    const answer = answerTo(id, answersIn(reply.text))
    if (!answer) throw new Fault('protocol', 'the response does not answer the request')
    return answer
  }
  const reading = readRefusal(sent, reply)
  if (reading.sessionLost) sessionLost()
  if ('fault' in reading) throw reading.fault
  return reading.answer as unknown as RpcAnswer
}

async function textOf({ body, url }: Incoming): Promise<string> {
  return cappedText(body).catch(error => {
    throw socketFault(error, url.host)
  })
}
