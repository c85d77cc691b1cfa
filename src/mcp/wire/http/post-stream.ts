// Some servers of the SSE transport answer a message in the body of its POST, as an event stream, which the SDK does not read.

import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import { isRecord } from '../../../base/records.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { Fault } from '../../connection.ts'
import { STREAM_ENDED, socketFault } from '../fault.ts'
import type { ReplyBody } from '../sockets/send.ts'
import { answerTo, createEvents, isAnswer, parsed, type RpcAnswer } from './answer.ts'
import { onCappedParts } from './capped.ts'

interface PostStream {
  /** Of the request in the POST; undefined for a notification. */
  id: unknown
  body: ReplyBody
  /** Address that was called, for messages. */
  host: string
}

/**
 * Passes on every message of the stream as it comes. A stream that breaks before the answer fails the request; one that
 * ends does not: the answer may still come over the long-lived stream. Never throws.
 */
export async function deliverStream(
  { id, body, host }: PostStream,
  deliver: (message: JSONRPCMessage) => void,
): Promise<void> {
  let answered = false
  try {
    await readMessages(body, message => {
      const answer = isAnswer(message) ? answerTo(id, [message]) : undefined
      deliver((answer ?? message) as JSONRPCMessage)
      const isFirst = answer !== undefined && !answered
      answered ||= isFirst
      return isFirst
    })
  } catch (error) {
    if (answered || id === undefined) return
    const { message, kind } = error instanceof Fault ? error : socketFault(error, host)
    deliver({ jsonrpc: '2.0', id: id as string, error: { code: STREAM_ENDED, message, data: kind } })
  }
}

/**
 * The answer, as soon as it comes; what comes before it is passed on. The stream is read to its end, so that its socket can be
 * used again. Throws a Fault for a stream that ends or breaks before the answer.
 */
export function answerInStream(
  { id, body, host }: PostStream,
  onMessage: (message: Record<string, unknown>) => void,
): Promise<RpcAnswer> {
  return new Promise((resolve, reject) => {
    let isAnswered = false
    readMessages(body, message => {
      if (isAnswered) return false
      const answer = isAnswer(message) ? answerTo(id, [message]) : undefined
      if (!answer) onMessage({ ...message })
      else resolve(answer)
      isAnswered = answer !== undefined
      return isAnswered
    })
      .then(() => {
        if (!isAnswered) throw new Fault('closed', 'the stream ended before the response')
      })
      .catch(error => reject(socketFault(error, host)))
  })
}

/**
 * Calls back with each message of the stream, as soon as it is there. Rejects with a Fault `too_large`, or with what broke the
 * stream.
 *
 * @param onMessage returns whether that was the answer: some servers leave the stream open after it, and each call would keep a
 *   socket
 */
async function readMessages(
  body: ReplyBody,
  onMessage: (message: RpcAnswer | Record<string, unknown>) => boolean,
): Promise<void> {
  const events = createEvents()
  let ending: NodeJS.Timeout | undefined
  const take = (data: string) => {
    for (const value of parsed(data))
      if (isRecord(value) && (isAnswer(value) || 'method' in value) && onMessage(value))
        ending = setTimeout(() => body.destroy(), TIMEOUTS.mcpFarewell).unref()
  }
  try {
    await onCappedParts(body, part => events.add(part).forEach(take))
    // A careless server leaves out the empty line after its last event.
    take(events.rest())
  } finally {
    clearTimeout(ending)
  }
}
