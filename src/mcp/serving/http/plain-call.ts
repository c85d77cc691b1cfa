// The request that counts: a call of a tool that needs nothing but its answer. It is answered with one JSON body, past the
// SDK's transport, which would open an event stream and check what it knows of the result. Everything else stays with the SDK.

import {
  CLIENT_CAPABILITIES_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
} from '@modelcontextprotocol/server'
import type { Principal } from '../../../access/principal.ts'
import { isRecord } from '../../../base/records.ts'
import { MODERN_PROTOCOL, PROTOCOL_VERSIONS } from '../../../config/project.ts'
import type { RawAnswer } from '../../connection.ts'
import type { ServedDoor } from '../served.ts'

/** A call that can be answered so. */
export interface PlainCall {
  id: string | number
  params: Record<string, unknown>
}

/** Versions of the older era, in which a call in a session may be answered with JSON; the first one has another transport. */
const OLDER: ReadonlySet<string | null> = new Set([null, ...PROTOCOL_VERSIONS.slice(1, -1)])

/** The call in this body, if it wants no progress and no task; undefined for anything else, also for what is wrong. */
function callIn(request: Request, body: unknown): PlainCall | undefined {
  if (!isRecord(body) || body.jsonrpc !== '2.0' || body.method !== 'tools/call') return undefined
  const { id, params } = body
  if ((typeof id !== 'string' && !Number.isSafeInteger(id)) || !isRecord(params)) return undefined
  const { name, _meta, task } = params
  if (typeof name !== 'string' || task !== undefined) return undefined
  if (isRecord(_meta) && _meta.progressToken !== undefined) return undefined
  const accept = request.headers.get('accept') ?? ''
  if (!accept.includes('application/json') || !accept.includes('text/event-stream')) return undefined
  return { id: id as string | number, params }
}

/** In a session of the older era. */
export function olderPlainCall(request: Request, body: unknown): PlainCall | undefined {
  const call = OLDER.has(request.headers.get('mcp-protocol-version')) ? callIn(request, body) : undefined
  const { _meta } = call?.params ?? {}
  return isRecord(_meta) && PROTOCOL_VERSION_META_KEY in _meta ? undefined : call
}

/** Of the newer era: of a client that cannot be asked, so that the answer is the only round. */
export function modernPlainCall(request: Request, body: unknown): PlainCall | undefined {
  const { headers } = request
  if (headers.get('mcp-protocol-version') !== MODERN_PROTOCOL || headers.get('mcp-method') !== 'tools/call')
    return undefined
  const call = callIn(request, body)
  if (!call || headers.get('mcp-name') !== call.params.name) return undefined
  const { _meta, inputResponses, requestState } = call.params
  if (!isRecord(_meta) || inputResponses !== undefined || requestState !== undefined) return undefined
  const { [PROTOCOL_VERSION_META_KEY]: version, [CLIENT_CAPABILITIES_META_KEY]: can, ...rest } = _meta
  if (version !== MODERN_PROTOCOL || !isRecord(can) || Object.keys(can).length > 0) return undefined
  // The SDK takes the other keys of the envelope away and knows what they mean.
  if (Object.keys(rest).some(key => key.startsWith('io.modelcontextprotocol/'))) return undefined
  return { id: call.id, params: { ...call.params, _meta: { ...rest, [CLIENT_CAPABILITIES_META_KEY]: can } } }
}

interface PlainOptions {
  by: Principal
  signal: AbortSignal
  /** Name and version that a result of the newer era carries. */
  info?: { name: string; version: string } | undefined
}

export async function answerPlainCall(
  served: ServedDoor,
  { id, params }: PlainCall,
  { by, signal, info }: PlainOptions,
): Promise<Response> {
  const answered = await served.answer('tools/call', params, { by, signal })
  const answer = { jsonrpc: '2.0', id, ...(info ? stamped(answered, info) : answered) }
  return new Response(JSON.stringify(answer), JSON_RESPONSE)
}

const JSON_RESPONSE = { headers: { 'content-type': 'application/json' } }

/** What the newer era demands of each result. */
function stamped(answered: RawAnswer, info: { name: string; version: string }): RawAnswer {
  if ('error' in answered) return answered
  const { result } = answered
  const meta = isRecord(result._meta) ? result._meta : {}
  return {
    result: { resultType: 'complete', ...result, _meta: { ...meta, [SERVER_INFO_META_KEY]: info } },
  }
}
