import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { oneLine } from '../../base/text/words.ts'
import { Fault } from '../connection.ts'

/** JSON-RPC code under which our transport settles the calls of a stream that ended without their answer. */
export const STREAM_ENDED = -32_098

/**
 * The cause of whatever the SDK threw. It carries the same code for an abort and a timeout,
 * so whoever owns a signal looks at the signal first.
 */
export function faultOf(error: unknown): Fault {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 8; depth++) {
    if (cause instanceof Fault) return cause
    cause = cause.cause ?? (SdkError.isInstance(cause) ? dataCause(cause.data) : undefined)
  }
  if (ProtocolError.isInstance(error)) return protocolFault(error)
  if (SdkHttpError.isInstance(error)) return statusFault(error.status ?? 0, textOf(error.data), error)
  if (SdkError.isInstance(error)) return sdkFault(error)
  const named = error as { name?: string; message?: string }
  if (named?.name === 'ZodError' || named?.name === 'SyntaxError')
    return new Fault('not_mcp', 'answers with something that is no JSON-RPC message', error)
  return new Fault('closed', oneLine(named?.message ?? String(error)), error)
}

/** What an HTTP status means at an MCP door. `body` is the answer's text, as far as it is known. */
export function statusFault(status: number, body: string, cause?: unknown): Fault {
  const said = oneLine(body, 160)
  const words = said && !/^\s*</.test(body) ? `: ${said}` : ''
  if (status === 401) return new Fault('unauthorized', `401 at the MCP door${words}`, cause)
  if (status === 403 && /\bhost\b/i.test(body))
    return new Fault('host_not_allowed', `403: the Host check refuses the address we come by${words}`, cause)
  if (status === 403) return new Fault('forbidden', `403 at the MCP door${words}`, cause)
  if (status >= 500) return new Fault('server', `HTTP ${status}${words}`, cause)
  return new Fault('not_mcp', `HTTP ${status} where an MCP endpoint should be${words}`, cause)
}

function protocolFault(error: ProtocolError): Fault {
  if (error.code === STREAM_ENDED)
    return new Fault(error.data === 'too_large' ? 'too_large' : 'closed', oneLine(error.message), error)
  return new Fault('protocol', `${oneLine(error.message)} (JSON-RPC ${error.code})`, error)
}

function sdkFault(error: SdkError): Fault {
  const text = oneLine(error.message)
  if (error.code === SdkErrorCode.RequestTimeout) return new Fault('timeout', text, error)
  if (error.code === SdkErrorCode.ClientHttpUnexpectedContent) return new Fault('not_mcp', text, error)
  if (error.code === SdkErrorCode.InvalidResult) return new Fault('protocol', text, error)
  if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected)
    return new Fault('closed', 'the connection was closed', error)
  return new Fault('protocol', text, error)
}

function textOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'text' in data ? String(data.text ?? '') : ''
}

function dataCause(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'cause' in data ? data.cause : undefined
}

const BY_CODE: Record<string, [Fault['kind'], string]> = {
  ECONNREFUSED: ['refused', 'nothing listens'],
  ECONNRESET: ['closed', 'the connection was reset'],
  EPIPE: ['closed', 'the connection was reset'],
  UND_ERR_SOCKET: ['closed', 'the other side closed the connection'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'no connection in time'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'no answer in time'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'the answer stalled'],
  ENOTFOUND: ['unreachable', 'no such host'],
  EAI_AGAIN: ['unreachable', 'the host name cannot be looked up'],
  EHOSTUNREACH: ['unreachable', 'no route to the host'],
  ENETUNREACH: ['unreachable', 'no route to the host'],
}

/** The cause of a fault below HTTP, with the address it happened at. */
export function socketFault(error: unknown, address: string): Fault {
  if (error instanceof Fault) return error
  const code = String((error as { code?: unknown }).code ?? '')
  const message = oneLine((error as Error).message ?? code, 160)
  const known = BY_CODE[code]
  if (known) return new Fault(known[0], `${known[1]} at ${address}`, error)
  if (/CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code))
    return new Fault('unreachable', `TLS with ${address} failed: ${message}`, error)
  if (/^HPE_/.test(code)) return new Fault('not_mcp', `${address} does not speak HTTP`, error)
  return new Fault('closed', `${message || code} at ${address}`, error)
}
