// What a response means: an answer, a refusal, a lost session.

import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import { bodyMessage, refusalWords, statusWords } from '../../../base/http/words.ts'
import { safeText } from '../../../base/records.ts'
import { redactedLine } from '../../../base/redact.ts'
import { Fault, type FaultKind } from '../../connection.ts'
import { answersIn, answerTo, type RpcAnswer, speaksOfSession } from './answer.ts'
import { shownTarget } from './redirect.ts'

/** A request as it was sent. */
export interface Sent {
  /** Of JSON-RPC; undefined for a GET, a DELETE and a notification. */
  id?: unknown
  rpc?: string | undefined
  /** Whether it named a session: by its header, or in the address of the SSE transport. */
  hadSession: boolean
  sse: boolean
  /** Whether it opens the stream on which the SSE transport gets everything. */
  lives: boolean
  /** URL that was called. */
  url: URL
}

export interface Reply {
  status: number
  headers: Pick<Headers, 'get'>
  text: string
}

/** What a refusal means: it answers the request, or there is no answer, and why. */
export type Reading =
  | { answer: JSONRPCMessage; sessionLost: boolean }
  | { fault: Fault; sessionLost: boolean }

/** Servers answer a lost session with these, instead of with the 404 of the specification. */
const ALSO_LOST = new Set([401, 409, 410, 500])

/**
 * A refusal by status. A body that answers the request's id is the answer, whatever the status. Without one, the request
 * may still have run, unless a 404 says in words that the server does not know its session: the 404 of a router or a
 * proxy proves nothing about what is behind it.
 */
export function readRefusal(sent: Sent, reply: Reply): Reading {
  const answers = sent.id === undefined ? [] : answersIn(reply.text)
  const answer = answerTo(sent.id, answers)
  if (answer && !isHandshake(sent)) {
    const sessionLost = answer.error !== undefined && speaksOfSession(messageOf(answer))
    return { answer: answer as JSONRPCMessage, sessionLost }
  }
  const fault = refusal(sent, reply)
  if (!sent.hadSession || isHandshake(sent)) return { fault, sessionLost: false }
  const { status, text } = reply
  const sessionLost = status === 404 || ALSO_LOST.has(status) || (status === 400 && speaksOfSession(text))
  const neverRan = status === 404 && isSessionUnknown(text, answers)
  return { fault: neverRan ? fault.beforeRunning() : fault, sessionLost }
}

/** A web page can speak of sessions of another kind. */
function isSessionUnknown(text: string, answers: readonly RpcAnswer[]): boolean {
  if (answers.length === 0) return !/^\s*</.test(text) && speaksOfSession(text)
  return answers.every(answer => answer.result === undefined && speaksOfSession(messageOf(answer)))
}

function messageOf({ error }: RpcAnswer): string {
  return safeText(error?.message ?? error)
}

/**
 * Whether this answer to `server/discover` means that the server is of the older era, so that `initialize` comes next.
 * Only a refusal of the request itself does; everything else would refuse `initialize` too.
 */
export function isOlderEra({ rpc, sse }: Sent, { status, text }: Reply): boolean {
  if (rpc !== 'server/discover' || sse) return false
  if (status === 401) return speaksOfSession(text)
  return ![402, 403, 407, 408, 429].includes(status) && status < 502
}

function isHandshake({ rpc }: Sent): boolean {
  return rpc === 'initialize' || rpc === 'server/discover'
}

function refusal(sent: Sent, { status, headers, text: body }: Reply): Fault {
  const words = refusalWords({ status, headers, body })
  const make = (kind: FaultKind, message: string, remedy?: string) =>
    new Fault(kind, message, { remedy, status })
  if (status === 401) return make('unauthorized', words)
  if (status === 403 && /\bhost\b/i.test(body))
    return make('host_not_allowed', `the server rejected our Host header: ${words}`)
  if (status === 403) return make('forbidden', words)
  if (status === 407) return make('proxy', words)
  if (status === 408 || status === 429 || status >= 500) return make('server', words)
  if (status === 431) return make('server', words, 'check the length of the credential and of "headers"')
  if (sent.sse && sent.id !== undefined && (status === 404 || status === 405))
    return make(
      'not_mcp',
      `the server announced ${shownTarget(sent.url)} as its message endpoint, but rejects messages there: ${statusWords(status, headers)}`,
      'check the path prefix of the proxy in front of it: the server does not seem to know about it',
    )
  if (status === 404 && sent.hadSession && !isHandshake(sent))
    return make('server', `the server seems to have lost our session: ${words}`)
  return make('not_mcp', isHandshake(sent) || sent.id === undefined ? `not an MCP endpoint: ${words}` : words)
}

/** Throws a Fault for a success without an answer: the SDK would wait for one until the call times out. */
export function refuseUnanswered(sent: Sent, { status, headers, text }: Reply): void {
  if (headers.get('content-type')?.startsWith('text/html') || /^\s*<(!doctype|html)/i.test(text))
    throw new Fault(
      'not_mcp',
      `the response is not MCP (HTTP ${status}): ${bodyMessage(text) ?? 'a web page'}`,
    )
  if (sent.id !== undefined && !sent.sse && text.trim() === '')
    throw new Fault('protocol', `the server accepted the request, but sent no answer (HTTP ${status})`)
  const nameless = sent.id === undefined ? undefined : errorWithoutId(sent.id, text)
  if (nameless) throw new Fault('protocol', `${redactedLine(messageOf(nameless))} (HTTP ${status})`)
}

/** JSON-RPC lets a server leave out the id in an error, if it could not read the request: the SDK would not see its words. */
function errorWithoutId(id: unknown, text: string): RpcAnswer | undefined {
  const answers = answersIn(text)
  return answerTo(id, answers) ? undefined : answers.find(one => one.id == null && one.error !== undefined)
}
