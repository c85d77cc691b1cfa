import type { Readable } from 'node:stream'
import { bytes } from '../../../base/text/amounts.ts'
import { pause } from '../../../base/waiting/wait.ts'
import { Fault } from '../../connection.ts'

/** Most bytes of one response, and of one event of a long-lived stream. */
export const MOST_BYTES = 8 * 1024 * 1024

/** The whole body as text. Throws a Fault `too_large` and drops the connection beyond MOST_BYTES. */
export async function cappedText(body: Readable): Promise<string> {
  const parts: Buffer[] = []
  await onCappedParts(body, part => parts.push(part))
  // undici frees the socket just after the end of a body: a request sent at once would open another one.
  await new Promise(resolve => setImmediate(resolve))
  return Buffer.concat(parts).toString('utf8')
}

/**
 * Calls back with each part of the body as it comes; resolves at its end. What `onPart` throws ends it. Throws like cappedText().
 */
export function onCappedParts(body: Readable, onPart: (part: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0
    const take = (part: Buffer) => {
      size += part.length
      if (size > MOST_BYTES) throw tooLarge(body)
      onPart(part)
    }
    const onData = (part: Buffer) => {
      try {
        take(part)
      } catch (error) {
        body.off('data', onData).destroy()
        reject(error)
      }
    }
    body.on('data', onData)
    body.once('end', resolve)
    body.on('error', reject)
    body.once('close', () => {
      if (!body.readableEnded) reject(new Fault('closed', 'the response broke off'))
    })
  })
}

/**
 * An event stream with a size limit: on the whole response of a POST, on each event of a long-lived stream. Without it,
 * an endless line would fill the memory. `ended` is called at the end, with the fault if there was one.
 */
export function cappedStream(
  body: Readable,
  perEvent: boolean,
  ended: (fault: Fault | undefined) => void,
): ReadableStream<Uint8Array> {
  const parts = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  let size = 0
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await parts.next()
        if (done) {
          ended(undefined)
          return controller.close()
        }
        size = perEvent && endsEvent(value) ? 0 : size + value.length
        if (size > MOST_BYTES) throw tooLarge(body)
        if (perEvent) await paced(value)
        controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.length))
      } catch (error) {
        ended(error instanceof Fault ? error : undefined)
        controller.error(error)
      }
    },
    cancel() {
      body.destroy()
    },
  })
}

/** Events in one part that no server sends that has something to say; and so many are taken in a millisecond. */
const MANY_EVENTS = 50
const EVENTS_A_MILLISECOND = 10

/** Waits after many events, so that a server that floods us leaves time for the others, and is slowed down itself. */
async function paced(part: Buffer): Promise<void> {
  let events = 0
  for (let at = part.indexOf(EVENT_LINE); at >= 0; at = part.indexOf(EVENT_LINE, at + 1)) events++
  if (events > MANY_EVENTS) await pause(events / EVENTS_A_MILLISECOND)
}

const EVENT_LINE = '\ndata:'

/** Whether an event ends in this part. A boundary split across two parts is noticed one event late. */
function endsEvent(part: Buffer): boolean {
  return part.includes('\n\n') || part.includes('\r\n\r\n') || part.equals(Buffer.from('\n'))
}

function tooLarge(body: Readable): Fault {
  body.destroy()
  return new Fault('too_large', `the response is larger than ${bytes(MOST_BYTES)}`)
}
