// A call for another MCP client: the same gate, and the whole result instead of its text.

import { reasonOf, SupportError } from '../../base/errors.ts'
import { INTERNAL_ERROR, INVALID_PARAMS } from '../../base/http/rpc-codes.ts'
import { isRecord } from '../../base/records.ts'
import { redact, withoutSecrets } from '../../base/redact.ts'
import { stateWords } from '../../base/text/state-words.ts'
import type { ServerKey } from '../../config/project.ts'
import { Fault, type FaultKind, type RawAnswer, type RequestOptions } from '../../mcp/connection.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { linksIn } from '../../mcp/wire/result.ts'
import { rememberLinks } from '../resources/reader.ts'
import type { Effect } from '../toolset.ts'
import { type CallerOptions, MAY_HAVE_RUN } from '../toolset.ts'
import { audited, isRefused, type Worked } from './audited.ts'
import type { Admitted, Generation, Refused } from './gate.ts'

export interface PassOptions extends CallerOptions, Pick<RequestOptions, 'onProgress' | 'onWaited'> {
  /** The client's own connections, through which servers can ask it (default: the shared ones). */
  pool?: ConnectionPool | undefined
}

/**
 * The answer to `tools/call` with these parameters, in which only the name is changed on the way to the server. Never throws.
 */
export async function passCall(
  generation: Generation,
  params: Record<string, unknown>,
  options: PassOptions,
): Promise<RawAnswer> {
  const { name, arguments: args = {} } = params
  if (typeof name !== 'string' || !isRecord(args))
    return failure(INVALID_PARAMS, '"name" must be text, and "arguments" an object')
  let waited = 0
  const onWaited = (ms: number) => {
    waited += ms
  }
  const result = await audited(generation, { ...options, name, args }, async admitted => {
    const answer = await answerTo(generation, admitted, params, { ...options, onWaited })
    return { ...workedOf(answer, 'content'), waited }
  })
  return isRefused(result) ? refusal(result) : result.value
}

async function answerTo(
  generation: Generation,
  admitted: Admitted,
  params: Record<string, unknown>,
  options: PassOptions,
): Promise<RawAnswer> {
  const { name, server } = admitted.tool
  // Our own tool is for models; other clients read resources by themselves.
  if (server === '') return failure(INVALID_PARAMS, `unknown tool ${name}`)
  try {
    return await answerOf(generation, admitted, params, options)
  } catch (error) {
    return rejectionIn(error) ?? passed(toolError(`${name} failed: ${thrownReason(error, admitted.effect)}`))
  }
}

/** The outcome of an answer. Its size is that of the texts and data in this list of its result. */
export function workedOf(value: RawAnswer, list: 'content' | 'contents'): Worked<RawAnswer> {
  if ('error' in value) return { kind: 'failed', bytes: 0, value }
  const { [list]: parts, isError } = value.result
  const texts = Array.isArray(parts)
    ? parts.filter(isRecord).flatMap(({ text, data, blob }) => [text, data, blob])
    : []
  const bytes = texts.reduce<number>(
    (sum, one) => sum + (typeof one === 'string' ? Buffer.byteLength(one) : 0),
    0,
  )
  return { kind: isError === true ? 'tool_error' : 'answered', bytes, value }
}

async function answerOf(
  { customer, pool: shared, seen }: Generation,
  { tool, args, effect, stop }: Admitted,
  params: Record<string, unknown>,
  { pool = shared, onProgress, onWaited }: PassOptions,
): Promise<RawAnswer> {
  const key: ServerKey = { customer, server: tool.server }
  const request = { method: 'tools/call', params: { ...params, name: tool.tool, arguments: args } }
  const answered = await pool.request(key, request, {
    signal: stop,
    repeatable: effect.kind === 'read',
    onProgress,
    onWaited,
  })
  if ('state' in answered) return passed(toolError(unavailableWords(tool.name, answered)))
  const { content } = answered.result
  rememberLinks(seen, key, { links: Array.isArray(content) ? content.flatMap(linksIn) : [] })
  return passed(answered.result)
}

/** What is not offered is an error of the protocol; a call that may not run now is an answer, for the model to read. */
function refusal({ kind, text, decision }: Refused): RawAnswer {
  if (kind === 'failed' || (kind === 'denied' && decision)) return passed(toolError(text))
  return failure(kind === 'cancelled' ? INTERNAL_ERROR : INVALID_PARAMS, text)
}

export function passed(result: Record<string, unknown>): RawAnswer {
  return { result: withoutSecrets(result) }
}

export function failure(code: number, message: string, data?: unknown): RawAnswer {
  return { error: withoutSecrets({ code, message: redact(message), ...(data !== undefined && { data }) }) }
}

/** What the server itself answered, if it is an error of JSON-RPC. */
export function rejectionIn(error: unknown): RawAnswer | undefined {
  const cause = error instanceof Fault && error.fate === 'answered' ? error.cause : undefined
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'number') return undefined
  return failure(cause.code, cause.message, 'data' in cause ? cause.data : undefined)
}

/** Without the reason, which can name the address of a server or of Vault: `status` shows it to a person. */
export function unavailableWords(name: string, { state, hint }: { state: string; hint: string }): string {
  return `${name} is unavailable (${stateWords(state)})${hint === '' ? '' : `; to fix it, ${hint}`}`
}

function toolError(text: string): Record<string, unknown> {
  return { content: [{ type: 'text', text }], isError: true }
}

/** Without an address: a client need not know where the server is. */
const REASONS: Record<FaultKind, string> = {
  refused: 'its server does not accept connections',
  unreachable: 'its server cannot be reached',
  proxy: 'the proxy in front of its server refused the request',
  impostor: 'another program answers in place of its server',
  unauthorized: 'its server did not accept the credential',
  host_not_allowed: 'its server rejected the Host header',
  forbidden: 'its server refused the request (HTTP 403)',
  not_mcp: 'its server did not answer with MCP',
  timeout: 'its server did not answer in time',
  closed: 'the connection to its server broke',
  too_large: 'the answer is too large',
  protocol: 'its server sent a malformed answer',
  server: 'its server reported a fault of its own',
  cancelled: 'cancelled',
}

/** What a client behind us may learn about a failure. */
export function thrownReason(error: unknown, effect?: Effect): string {
  if (error instanceof SupportError)
    return `${error.message}${error.hint === undefined ? '' : `; to fix it, ${error.hint}`}`
  const reason = error instanceof Fault ? REASONS[error.kind] : ownReason(error)
  const unknown = !(error instanceof Fault) || error.fate === 'unknown'
  return `${reason}${unknown && effect && effect.kind !== 'read' ? `; ${MAY_HAVE_RUN}` : ''}`
}

function ownReason(error: unknown): string {
  // The stack overflows where an answer is walked through.
  return error instanceof RangeError ? 'the answer is nested too deeply' : reasonOf(error)
}
