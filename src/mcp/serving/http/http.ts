// Serves MCP over Streamable HTTP: one function from Request to Response, in both eras.

import { createMcpHandler, isJsonContentType, isLegacyRequest } from '@modelcontextprotocol/server'
import type { Principal } from '../../../access/principal.ts'
import { HEADER_MISMATCH, INVALID_REQUEST, PARSE_ERROR } from '../../../base/http/rpc-codes.ts'
import { isRecord, parsedJson } from '../../../base/records.ts'
import { MODERN_PROTOCOL } from '../../../config/project.ts'
import type { ServedDoor } from '../served.ts'
import { serverFor } from '../server.ts'
import { headerFault } from './param-check.ts'
import { answerPlainCall, modernPlainCall } from './plain-call.ts'
import { insufficientScope, refusal } from './refusal.ts'
import { openSessions } from './sessions.ts'
import { openStreams } from './streams.ts'
import { bounded } from './unread.ts'

export interface HttpServing {
  fetch(request: Request, by: Principal): Promise<Response>
  /** Tells every client that stays connected that lists have changed. */
  tellOfChange(): void
  /** Sessions of the older era that are open. */
  sessions(): number
  /** Streams of the newer era that are open. */
  streams(): number
  /** Ends the sessions and streams of these principals. */
  endOf(isGone: (by: Principal) => boolean): Promise<void>
  close(): Promise<void>
}

/** Most bytes of a request. */
export const MOST_BODY_BYTES = 4 * 1024 * 1024

/** @param onProblem called with what is wrong on the way to a client */
export function serveOverHttp(served: ServedDoor, onProblem: (error: Error) => void): HttpServing {
  const sessions = openSessions(served)
  const streams = openStreams()
  const modern = createMcpHandler(
    async ({ authInfo }) => {
      const { by, method } = { ...authInfo?.extra } as unknown as { by: Principal; method: unknown }
      return (await serverFor(served, by, { era: 'modern', method })).server
    },
    { legacy: 'reject', onerror: onProblem },
  )

  /** The refusal of a call that needs another role than its caller has, or whose headers are not those of its arguments. */
  async function callRefusal(request: Request, body: unknown, { role }: Principal) {
    if (!isRecord(body) || body.method !== 'tools/call' || !isRecord(body.params)) return undefined
    const { name, arguments: args } = body.params
    // No tool has such a name: the call is answered as one of an unknown tool.
    if (typeof name !== 'string') return undefined
    if (role !== 'read-write' && (await served.roleFor(name)) !== role) return insufficientScope('read-write')
    // The older era has no such headers.
    if (request.headers.get('mcp-protocol-version') !== MODERN_PROTOCOL) return undefined
    const fault = headerFault(await served.headersFor(name), args, request.headers)
    if (fault === undefined) return undefined
    return refusal(400, `Bad Request: ${fault}`, { code: HEADER_MISMATCH, id: body.id })
  }

  return {
    async fetch(request, by) {
      const read = request.method === 'POST' ? await bodyOf(request) : { body: undefined }
      if (read instanceof Response) return read
      const { body } = read
      const refused = await callRefusal(request, body, by)
      if (refused) return refused
      const plain = modernPlainCall(request, body)
      if (plain)
        return answerPlainCall(served, plain, { by, signal: request.signal, info: await infoOf(served) })
      const inSession = sessions.plainCall(request, body, by)
      if (inSession) return inSession
      if (await isLegacyRequest(request, body)) return sessions.fetch(request, body, by)
      const { method } = body as { method?: unknown }
      const authInfo = { token: '', clientId: by.id, scopes: [], extra: { by, method } }
      const ask = (request: Request) => modern.fetch(request, { parsedBody: body, authInfo })
      if (method === 'subscriptions/listen') return streams.open(request, by, ask)
      const response = await ask(request)
      return response.body ? bounded(response, response.body) : response
    },
    tellOfChange() {
      modern.notify.toolsChanged()
      modern.notify.promptsChanged()
      modern.notify.resourcesChanged()
      sessions.tellOfChange()
    },
    sessions: sessions.count,
    streams: streams.count,
    async endOf(isGone) {
      streams.endOf(isGone)
      await sessions.endOf(isGone)
    },
    async close() {
      await Promise.all([modern.close(), sessions.close()])
    },
  }
}

async function bodyOf(request: Request): Promise<{ body: unknown } | Response> {
  if (!isJsonContentType(request.headers.get('content-type')))
    return refusal(415, 'Unsupported Media Type: Content-Type must be application/json')
  const text = await cappedBody(request)
  if (text === undefined) return refusal(413, `Payload Too Large: at most ${MOST_BODY_BYTES} bytes`)
  const body = parsedJson(text)
  if (body === undefined) return refusal(400, 'Parse error: Invalid JSON', { code: PARSE_ERROR })
  if (typeof body !== 'object' || body === null)
    return refusal(400, 'Invalid Request: the body must be a JSON object', { code: INVALID_REQUEST })
  return { body }
}

/** Undefined if it is too large. */
async function cappedBody(request: Request): Promise<string | undefined> {
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > MOST_BODY_BYTES) return undefined
  // Nobody can send more than the header says. This way costs a fraction of a stream.
  if (length !== null) return request.text()
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > MOST_BODY_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function infoOf(served: ServedDoor): Promise<{ name: string; version: string }> {
  const { name, version } = await served.about()
  return { name: name || 'unnamed', version: version || '0' }
}
