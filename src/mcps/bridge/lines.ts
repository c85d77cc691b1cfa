import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import { INTERNAL_ERROR } from '../../base/http/rpc-codes.ts'
import { isRecord } from '../../base/records.ts'
import { redact } from '../../base/redact.ts'
import { bytes } from '../../base/text/amounts.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { Log } from '../log.ts'

/** A longer message is refused: nobody can use it, and it would have to be held whole. */
const MOST_MESSAGE_BYTES = 10 * 1024 * 1024
/** Lines of a command's stdout that are no messages and are logged; a banner has fewer. */
const MOST_STRAY_LINES = 20
const STRAY_LENGTH = 200
/** Where an id is looked for in a message that is too long: at its beginning and at its end. */
const ID_BYTES = 200

/**
 * Takes a command's stdout piece by piece. Whatever is not a message is logged and left out: a banner must not end the
 * connection. An answer that is too long becomes an error with its id, so that its caller does not wait for nothing.
 */
export function messageReader(
  { onMessage, onStray }: { onMessage(message: JSONRPCMessage): void; onStray(): void },
  log: Log,
): (piece: Buffer) => void {
  let pieces: Buffer[] = []
  let size = 0
  let strays = 0

  function stray(why: string, line: string): void {
    strays++
    onStray()
    if (strays <= MOST_STRAY_LINES) log('warn', `stdout: ${why}: ${cleanLine(redact(line), STRAY_LENGTH)}`)
    if (strays === MOST_STRAY_LINES)
      log('warn', 'stdout: further lines that are not MCP messages are not logged')
  }

  function take(line: Buffer): void {
    const text = line.toString('utf8').trim()
    if (text === '') return
    const message = parsed(text)
    if (message) onMessage(message)
    else stray('not an MCP message', text)
  }

  function refuse(whole: Buffer, length: number): void {
    const id = idIn(whole)
    onStray()
    log('error', `dropped an MCP message of ${bytes(length)} (limit: ${bytes(MOST_MESSAGE_BYTES)})`)
    if (id === undefined) return
    const message = `the server's answer is larger than ${bytes(MOST_MESSAGE_BYTES)}`
    onMessage({ jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message } })
  }

  /** Of a message that is too long, only its beginning and its newest piece are held. */
  function hold(piece: Buffer): void {
    size += piece.length
    if (size <= MOST_MESSAGE_BYTES) pieces.push(piece)
    else pieces = [Buffer.from(pieces[0]?.subarray(0, ID_BYTES) ?? []), Buffer.from(lastOf(pieces, piece))]
  }

  function finish(): void {
    const whole = Buffer.concat(pieces)
    if (size > MOST_MESSAGE_BYTES) refuse(whole, size)
    else take(whole)
    pieces = []
    size = 0
  }

  return piece => {
    let rest = piece
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      hold(rest.subarray(0, end))
      finish()
      rest = rest.subarray(end + 1)
    }
    if (rest.length > 0) hold(rest)
  }
}

const NEWLINE = 10

function lastOf(pieces: readonly Buffer[], piece: Buffer): Buffer {
  return piece.length >= ID_BYTES
    ? piece.subarray(-ID_BYTES)
    : Buffer.concat([pieces.at(-1)?.subarray(-ID_BYTES) ?? Buffer.alloc(0), piece])
}

function parsed(text: string): JSONRPCMessage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || !('jsonrpc' in value)) return undefined
    return 'method' in value ? (value as unknown as JSONRPCMessage) : answerIn(value)
  } catch {
    return undefined
  }
}

/** An answer without what some programs add, such as `"error": null`. A malformed one becomes an error of its caller. */
function answerIn({ id, result, error }: Record<string, unknown>): JSONRPCMessage | undefined {
  if (typeof id !== 'number' && typeof id !== 'string') return undefined
  if (isRecord(result)) return { jsonrpc: '2.0', id, result }
  if (isRecord(error) && typeof error.code === 'number' && typeof error.message === 'string')
    return { jsonrpc: '2.0', id, error: { ...error, code: error.code, message: error.message } }
  const message = "the server's answer is malformed: it has neither a result nor an error"
  return { jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message } }
}

/** The id of an answer of which only the beginning and the end are there. Our own ids are numbers. */
function idIn(message: Buffer): number | undefined {
  const [head, tail] = [message.subarray(0, ID_BYTES), message.subarray(-ID_BYTES)].map(String)
  // A request of the server has an id of its own.
  if (/^\s*\{[^{]*"method"\s*:/.test(head ?? '')) return undefined
  const [, id] =
    /^\s*\{[^{]*"id"\s*:\s*(\d+)/.exec(head ?? '') ?? /"id"\s*:\s*(\d+)[^}]*\}\s*$/.exec(tail ?? '') ?? []
  return id === undefined ? undefined : Number(id)
}
