import { expect, it } from 'vitest'
import { bounded, MOST_UNREAD } from '../../src/mcp/serving/http/unread.ts'
import { listen } from '../../src/server/http/listen.ts'
import { closing } from '../helpers/closing.ts'
import { freePort } from '../helpers/ports.ts'

const MEGABYTE = 1_048_576

/** A response to which parts are added, whether it is read or not. */
function filled(type = 'application/json') {
  let to: ReadableStreamDefaultController<Uint8Array> | undefined
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      to = controller
    },
    cancel: () => cancel(),
  })
  let ends = 0
  const held = bounded(
    new Response(null, { status: 201, headers: { 'content-type': type } }),
    body,
    () => void ends++,
  )
  return {
    held,
    cancelled,
    add: (size: number) => to?.enqueue(new Uint8Array(size)),
    end: () => to?.close(),
    ends: () => ends,
  }
}

it('a client that reads gets everything, however large one part is', async () => {
  const { held, add, end, ends } = filled()
  add(10 * MEGABYTE)
  end()
  expect([held.status, held.headers.get('content-type')]).toEqual([201, 'application/json'])
  expect((await held.arrayBuffer()).byteLength).toBe(10 * MEGABYTE)
  expect(ends()).toBe(1)
})

it('a client that does not read loses the rest of an event stream, which holds no more than the limit', async () => {
  const { held, add, cancelled, ends } = filled('text/event-stream; charset=utf-8')
  for (let size = 0; size <= MOST_UNREAD + 2 * MEGABYTE; size += MEGABYTE) add(MEGABYTE)
  await cancelled
  // What was handed out before is all that comes.
  expect((await held.arrayBuffer()).byteLength).toBeLessThanOrEqual(2 * MEGABYTE)
  expect(ends()).toBe(1)
})

it('any other body that is not read breaks off, and does not look complete', async () => {
  const { held, add, cancelled, ends } = filled()
  for (let size = 0; size <= MOST_UNREAD + 2 * MEGABYTE; size += MEGABYTE) add(MEGABYTE)
  await cancelled
  await expect(held.arrayBuffer()).rejects.toThrow('the client does not read')
  expect(ends()).toBe(1)
})

it('its client sees a broken connection', async () => {
  const { held, add, cancelled } = filled()
  const port = await freePort()
  const listening = await listen(() => held, port)
  closing({ close: () => listening.close(0) })
  add(1)
  const response = await fetch(`http://127.0.0.1:${port}/`)
  const filling = setInterval(() => add(MEGABYTE), 1)
  await cancelled
  clearInterval(filling)
  await expect(response.arrayBuffer()).rejects.toThrow()
})

it('a client that goes away ends the stream at once', async () => {
  const { held, cancelled, ends } = filled()
  await held.body?.cancel()
  await cancelled
  expect(ends()).toBe(1)
})
