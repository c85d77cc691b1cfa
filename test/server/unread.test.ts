import { expect, it } from 'vitest'
import { bounded, MOST_UNREAD } from '../../src/mcp/serving/http/unread.ts'

const MEGABYTE = 1_048_576

/** A response to which parts are added, whether it is read or not. */
function response() {
  let to: ReadableStreamDefaultController<Uint8Array> | undefined
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      to = controller
    },
    cancel: () => cancel(),
  })
  let ends = 0
  const held = bounded(new Response(null, { status: 201, headers: { a: 'b' } }), body, () => void ends++)
  return {
    held,
    cancelled,
    add: (size: number) => to?.enqueue(new Uint8Array(size)),
    end: () => to?.close(),
    ends: () => ends,
  }
}

it('a client that reads gets everything, however large one part is', async () => {
  const { held, add, end, ends } = response()
  add(10 * MEGABYTE)
  end()
  expect([held.status, held.headers.get('a')]).toEqual([201, 'b'])
  expect((await held.arrayBuffer()).byteLength).toBe(10 * MEGABYTE)
  expect(ends()).toBe(1)
})

it('a client that does not read loses the rest of the stream, which holds no more than the limit', async () => {
  const { held, add, cancelled, ends } = response()
  for (let size = 0; size <= MOST_UNREAD + 2 * MEGABYTE; size += MEGABYTE) add(MEGABYTE)
  await cancelled
  // What was handed out before is all that comes.
  expect((await held.arrayBuffer()).byteLength).toBeLessThanOrEqual(2 * MEGABYTE)
  expect(ends()).toBe(1)
})

it('a client that goes away ends the stream at once', async () => {
  const { held, cancelled, ends } = response()
  await held.body?.cancel()
  await cancelled
  expect(ends()).toBe(1)
})
