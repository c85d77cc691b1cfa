import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { type ConnectionFailure, connectionFailure } from '../../base/http/sockets/connection-failure.ts'
import { type Refusal, refusalWords } from '../../base/http/words.ts'
import { safeText } from '../../base/records.ts'
import { redactedLine } from '../../base/redact.ts'
import { Fault } from '../connection.ts'
import { type Issue, issueWords } from './issue-words.ts'

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
  if (SdkHttpError.isInstance(error))
    return new Fault('not_mcp', refusalWords(refusalIn(error)), { cause: error, status: error.status })
  if (SdkError.isInstance(error)) return sdkFault(error)
  const named = error as { name?: string; message?: string }
  if (named?.name === 'ZodError' || named?.name === 'SyntaxError')
    return new Fault('not_mcp', 'the response is not a JSON-RPC message', { cause: error })
  const text = redactedLine(named?.message ?? String(error))
  const [, version] = /^Server's protocol version is not supported: (.*)$/.exec(text) ?? []
  if (version !== undefined)
    return new Fault('protocol', `the server speaks MCP ${version}, which supportmax does not know`, {
      cause: error,
    })
  return new Fault('closed', text, { cause: error })
}

function protocolFault(error: ProtocolError): Fault {
  if (error.code === STREAM_ENDED)
    return new Fault(error.data === 'too_large' ? 'too_large' : 'closed', redactedLine(error.message), {
      cause: error,
    })
  const words = redactedLine(error.message) || 'an error without a message'
  return new Fault('protocol', `${words} (JSON-RPC ${error.code})`, {
    cause: error,
    fate: 'answered',
  })
}

function sdkFault(error: SdkError): Fault {
  const text = redactedLine(error.message)
  if (error.code === SdkErrorCode.RequestTimeout) return new Fault('timeout', text, { cause: error })
  if (error.code === SdkErrorCode.ClientHttpUnexpectedContent)
    return new Fault('not_mcp', contentWords(error.message), { cause: error })
  if (error.code === SdkErrorCode.InvalidResult)
    return new Fault('protocol', malformedWords(error.message), { cause: error })
  if (error.code === SdkErrorCode.UnsupportedResultType)
    return new Fault('protocol', resultTypeWords(error.data), { cause: error })
  if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected)
    return new Fault('closed', 'the connection was closed', { cause: error })
  return new Fault('protocol', text, { cause: error })
}

function contentWords(message: string): string {
  const [, type = ''] = /^Unexpected content type: (.+)$/.exec(message) ?? []
  const given = type === '' || type === 'null' ? 'has no content type' : `is ${redactedLine(type, 80)}`
  return `the response ${given}, not JSON or an event stream`
}

/** A server may ask for input only from a client that has declared that it can give it; we declare nothing. */
function resultTypeWords(data: unknown): string {
  const type = typeof data === 'object' && data !== null && 'resultType' in data ? data.resultType : undefined
  return type === 'input_required'
    ? 'the server asks for more input, which supportmax cannot give'
    : `the server answered with a result of unknown type "${redactedLine(safeText(type), 40)}"`
}

/** The SDK prints Zod's issues into its message: as JSON, or as `content.0: Invalid input: expected object, received …`. */
function malformedWords(message: string): string {
  const [, method, problem = ''] = /^Invalid result for (\S+): ([\s\S]*)$/.exec(message) ?? []
  if (method === undefined) return redactedLine(message)
  const [, place, expected] = /^(\S+): Invalid input: expected (\w+)/.exec(problem) ?? []
  const words = place
    ? issueWords([{ code: 'invalid_type', path: [place], expected, message: '' }], 'it')
    : problem.startsWith('[')
      ? issueWords(issuesIn(problem), 'it')
      : redactedLine(problem)
  return `the answer to ${method} is malformed: ${words}`
}

function issuesIn(text: string): Issue[] {
  try {
    return JSON.parse(text)
  } catch {
    return []
  }
}

function refusalIn(error: SdkHttpError): Refusal {
  const { status = 0, data } = error
  const body = typeof data === 'object' && data !== null && 'text' in data ? safeText(data.text ?? '') : ''
  return { status, headers: new Headers(), body }
}

function dataCause(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'cause' in data ? data.cause : undefined
}

/** An error below HTTP as a fault, with the address that was called. */
export function socketFault(error: unknown, address: string): Fault {
  return error instanceof Fault ? error : failureFault(connectionFailure(error, address), error)
}

/** Why a request got no answer, as a fault. */
export function failureFault({ kind, words, remedy, isUnsent }: ConnectionFailure, cause: unknown): Fault {
  const fate = isUnsent ? 'not_run' : 'unknown'
  return new Fault(kind === 'not_http' ? 'not_mcp' : kind, words, { cause, remedy, fate })
}
