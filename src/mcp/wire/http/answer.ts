// JSON-RPC inside the body of a response, whatever its status says.

import { isRecord, safeText } from '../../../base/records.ts'

export interface RpcAnswer {
  jsonrpc: '2.0'
  id: unknown
  result?: unknown
  error?: { code?: unknown; message?: unknown }
}

/**
 * The answers in a body: one JSON value, a batch, lines of JSON, or an event stream. Servers that refuse by status are
 * often careless about the rest, so `jsonrpc` may be missing.
 */
export function answersIn(body: string): RpcAnswer[] {
  const text = body.replace(/^\uFEFF/, '').trim()
  const whole = parsed(text)
  return (whole.length > 0 ? whole : partsIn(text).flatMap(parsed)).filter(isAnswer)
}

/** The answer to request `id`, with that id: some servers return a number as text. Undefined if there is none. */
export function answerTo(id: unknown, answers: readonly RpcAnswer[]): RpcAnswer | undefined {
  const found = answers.find(answer => answer.id != null && safeText(answer.id) === String(id))
  return found && { ...found, jsonrpc: '2.0', id }
}

/** Whether a refusal or a JSON-RPC error says that the server does not know our session. */
export function speaksOfSession(text: string): boolean {
  return /\bsession(s?\b|[_-]?id)|not initialized|before initiali[sz]ation/i.test(text)
}

/** More parts than this are not an answer; each one that is not JSON costs an exception. */
const MOST_PARTS = 1_000

function partsIn(text: string): string[] {
  const parts = [...eventsIn(text), ...text.split(/\r?\n/)]
  return parts.filter(part => /"(id|jsonrpc)"/.test(part)).slice(0, MOST_PARTS)
}

function eventsIn(text: string): string[] {
  return text.split(/\r?\n\r?\n/).map(eventData)
}

/** The data of one event. */
function eventData(event: string): string {
  const lines = event.split(/\r?\n/).filter(line => line.startsWith('data:'))
  return lines.map(line => line.slice('data:'.length)).join('\n')
}

/** The value in a text, or the values of a batch; none if it is not JSON. */
export function parsed(text: string): unknown[] {
  if (!/^\s*[{[]/.test(text)) return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : [value]
  } catch {
    return []
  }
}

export function isAnswer(value: unknown): value is RpcAnswer {
  return isRecord(value) && ('jsonrpc' in value || 'id' in value) && ('result' in value || 'error' in value)
}

/**
 * Server-sent events, as far as MCP uses them: only their data counts.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export interface Events {
  /** The data of each event that this part completes. */
  add(part: Uint8Array): string[]
  /** The data of an incomplete last event; empty if there is none. */
  rest(): string
}

export function createEvents(): Events {
  const decoder = new TextDecoder()
  let data: string[] = []
  /** Pieces of the current line, joined once at its end: it can be megabytes long and arrive in small parts. */
  let line: string[] = []
  /** The last part ended with a CR, so an LF that follows belongs to the same line break. */
  let isAfterCr = false
  const endLine = () => {
    const whole = line.join('')
    line = []
    if (whole.startsWith('data:')) data.push(whole.slice('data:'.length))
    return whole
  }
  const endEvent = () => {
    const whole = data.join('\n')
    data = []
    return whole
  }
  return {
    add(part) {
      const done: string[] = []
      const decoded = decoder.decode(part, { stream: true })
      if (decoded === '') return done
      const text = isAfterCr && decoded.startsWith('\n') ? decoded.slice(1) : decoded
      isAfterCr = decoded.endsWith('\r')
      const [first = '', ...more] = text.split(text.includes('\r') ? /\r\n?|\n/ : '\n')
      line.push(first)
      for (const next of more) {
        if (endLine().trim() === '') done.push(endEvent())
        line.push(next)
      }
      return done
    },
    rest() {
      endLine()
      return endEvent()
    },
  }
}
