import { bytes } from '../../../base/text/amounts.ts'
import { Fault } from '../../connection.ts'
import type { ReplyBody } from '../sockets/send.ts'

/** Most bytes of one response, and of one event of a long-lived stream. */
export const MOST_BYTES = 8 * 1024 * 1024

/** The whole body as text. Throws a Fault `too_large` and drops the connection beyond MOST_BYTES. */
export async function cappedText(body: ReplyBody): Promise<string> {
  const parts: Buffer[] = []
  await onCappedParts(body, part => parts.push(part))
  // undici frees the socket just after the end of a body: a request sent at once would open another one.
  await new Promise(resolve => setImmediate(resolve))
  return Buffer.concat(parts).toString('utf8')
}

/** Calls back with each part of the body as it comes; resolves at its end. Throws like cappedText(). */
export function onCappedParts(body: ReplyBody, onPart: (part: Buffer) => void): Promise<void> {
  let size = 0
  return body.read(part => {
    size += part.length
    if (size > MOST_BYTES) throw tooLarge()
    onPart(part)
  })
}

/**
 * An event stream with a size limit: on the whole response of a POST, on each event of a long-lived stream. Without it,
 * an endless line would fill the memory. `ended` is called at the end, with the fault if there was one.
 */
export function cappedStream(
  body: ReplyBody,
  perEvent: boolean,
  ended: (fault: Fault | undefined) => void,
): ReadableStream<Uint8Array> {
  let size = 0
  let isFlooded = false
  /** A pull stays pending until a part arrives; otherwise the stream would pull again and again. */
  let pulled = () => {}
  const take = (part: Buffer, controller: ReadableStreamDefaultController<Uint8Array>) => {
    size = perEvent && endsEvent(part) ? 0 : size + part.length
    if (size > MOST_BYTES) throw tooLarge()
    controller.enqueue(new Uint8Array(part.buffer, part.byteOffset, part.length))
    const ms = perEvent ? breakAfter(part) : 0
    if (ms > 0) {
      isFlooded = true
      setTimeout(() => {
        isFlooded = false
        body.resume()
      }, ms)
    }
    if (isFlooded || (controller.desiredSize ?? 0) <= 0) body.pause()
    pulled()
  }
  return new ReadableStream({
    start(controller) {
      body
        .read(part => take(part, controller))
        .then(
          () => {
            ended(undefined)
            // A careless server leaves out the empty line after its last event.
            if (!perEvent) controller.enqueue(EMPTY_LINE)
            controller.close()
          },
          error => {
            ended(error instanceof Fault ? error : undefined)
            controller.error(error)
          },
        )
    },
    pull() {
      return new Promise(resolve => {
        pulled = resolve
        if (!isFlooded) body.resume()
      })
    },
    cancel: () => body.destroy(),
  })
}

/** Events in one part that no server sends that has something to say; and so many are taken in a millisecond. */
const MANY_EVENTS = 50
const EVENTS_A_MILLISECOND = 10

/** Milliseconds to wait after many events, so that a server that floods us is slowed down and leaves time for the others. */
function breakAfter(part: Buffer): number {
  let events = 0
  for (let at = part.indexOf(EVENT_LINE); at >= 0; at = part.indexOf(EVENT_LINE, at + 1)) events++
  return events > MANY_EVENTS ? events / EVENTS_A_MILLISECOND : 0
}

const EVENT_LINE = '\ndata:'

const EMPTY_LINE = new TextEncoder().encode('\n\n')

/** Whether an event ends in this part. A boundary split across two parts is noticed one event late. */
function endsEvent(part: Buffer): boolean {
  return part.includes('\n\n') || part.includes('\r\n\r\n') || part.equals(Buffer.from('\n'))
}

function tooLarge(): Fault {
  return new Fault('too_large', `the response is larger than ${bytes(MOST_BYTES)}`)
}
