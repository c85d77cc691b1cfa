// Some servers of the SSE transport answer a message in the body of its POST, as an event stream, which the SDK does not read.

import type { Readable } from 'node:stream'
import type { JSONRPCMessage } from '@modelcontextprotocol/client'
import { isRecord } from '../../../base/records.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { Fault } from '../../connection.ts'
import { STREAM_ENDED, socketFault } from '../fault.ts'
import { answerTo, eventData, isAnswer, parsed, type RpcAnswer } from './answer.ts'
import { cappedParts } from './capped.ts'

interface PostStream {
  /** Of the request in the POST; undefined for a notification. */
  id: unknown
  body: Readable
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
    for await (const message of messagesOf(body)) {
      const answer = isAnswer(message) ? answerTo(id, [message]) : undefined
      deliver((answer ?? message) as JSONRPCMessage)
      // Some servers leave it open: each call would keep a socket.
      if (answer && !answered) setTimeout(() => body.destroy(), TIMEOUTS.mcpFarewell).unref()
      answered ||= answer !== undefined
    }
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
    const read = async () => {
      let isAnswered = false
      for await (const message of messagesOf(body)) {
        const answer = isAnswer(message) ? answerTo(id, [message]) : undefined
        if (answer && !isAnswered) {
          isAnswered = true
          resolve(answer)
          setTimeout(() => body.destroy(), TIMEOUTS.mcpFarewell).unref()
        } else if (!isAnswered) onMessage({ ...message })
      }
      if (!isAnswered) throw new Fault('closed', 'the stream ended before the response')
    }
    read().catch(error => reject(socketFault(error, host)))
  })
}

async function* messagesOf(body: Readable): AsyncGenerator<RpcAnswer | Record<string, unknown>> {
  for await (const data of eventDataOf(body))
    for (const value of parsed(data))
      if (isRecord(value) && (isAnswer(value) || 'method' in value)) yield value
}

/** The data of each event. Throws a Fault `too_large`. */
async function* eventDataOf(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let event: string[] = []
  let line: string[] = []
  for await (const part of cappedParts(body)) {
    const [first = '', ...more] = decoder.decode(part, { stream: true }).split('\n')
    line.push(first)
    for (const next of more) {
      const whole = line.join('')
      line = [next]
      event.push(whole)
      if (whole.trim() !== '') continue
      yield eventData(event.join('\n'))
      event = []
    }
  }
  // A careless server leaves out the empty line after its last event.
  yield eventData([...event, line.join('')].join('\n'))
}
