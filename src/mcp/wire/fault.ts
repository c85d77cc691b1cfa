import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { causeCode, networkCause } from '../../base/text/network-words.ts'
import { oneLine } from '../../base/text/words.ts'
import { Fault } from '../connection.ts'

/** JSON-RPC code with which our transport fails the calls of a stream that ended without their response. */
export const STREAM_ENDED = -32_098

/**
 * The cause of an error that the SDK threw. An abort and a timeout have the same code there: check the signal first.
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
    return new Fault('not_mcp', 'the response is not a JSON-RPC message', error)
  return new Fault('closed', oneLine(named?.message ?? String(error)), error)
}

/** An HTTP status of an MCP endpoint as a fault. `body` is the response's text, as far as it is known. */
export function statusFault(status: number, body: string, cause?: unknown): Fault {
  const text = oneLine(body, 160)
  const words = text && !/^\s*</.test(body) ? `: ${text}` : ''
  if (status === 401) return new Fault('unauthorized', `HTTP 401${words}`, cause)
  if (status === 403 && /\bhost\b/i.test(body))
    return new Fault('host_not_allowed', `the server rejected our Host header (HTTP 403)${words}`, cause)
  if (status === 403) return new Fault('forbidden', `HTTP 403${words}`, cause)
  if (status >= 500) return new Fault('server', `HTTP ${status}${words}`, cause)
  return new Fault('not_mcp', `HTTP ${status}: not an MCP endpoint${words}`, cause)
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

/** An error below HTTP as a fault, with the address that was called. */
export function socketFault(error: unknown, address: string): Fault {
  if (error instanceof Fault) return error
  const code = causeCode(error) ?? ''
  const known = networkCause(code)
  if (known) return new Fault(known.kind, `${address}: ${known.words}`, error, known.remedy)
  const message = oneLine((error as Error).message ?? code, 160)
  if (/^HPE_/.test(code)) return new Fault('not_mcp', `${address}: the response is not HTTP`, error)
  return new Fault('closed', `${address}: ${message || code}`, error)
}
