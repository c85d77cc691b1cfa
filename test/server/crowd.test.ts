import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { LIMITS } from '../../src/server/http/crowd.ts'
import { listen } from '../../src/server/http/listen.ts'
import { closing } from '../helpers/closing.ts'
import { freePort } from '../helpers/ports.ts'
import { until } from '../helpers/until.ts'

const GET = 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'

async function opened(answer: () => Response | Promise<Response>, limits: Partial<typeof LIMITS>) {
  const port = await freePort()
  const listening = await listen(answer, port, { ...LIMITS, ...limits })
  closing({ close: () => listening.close(0) })
  return async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    closing({ close: async () => void socket.destroy() })
    await once(socket, 'connect')
    return socket
  }
}

async function answerTo(socket: Socket): Promise<string> {
  socket.write(GET)
  const [part] = (await once(socket, 'data')) as [Buffer]
  return part.toString().split('\r\n', 1).join()
}

it('clients that send nothing end first, and keep nobody out', async () => {
  const open = await opened(() => new Response('hi'), { most: 6, mostWaiting: 3 })
  const kept = await open()
  expect(await answerTo(kept)).toBe('HTTP/1.1 200 OK')
  const silent = [await open(), await open(), await open()]
  const first = once(silent[0] as Socket, 'close')
  const client = await open()
  await first
  expect(await answerTo(client)).toBe('HTTP/1.1 200 OK')
  expect(await answerTo(kept)).toBe('HTTP/1.1 200 OK')
})

it('a kept connection without a request makes room, and one with a request stays', async () => {
  const { promise, resolve } = Promise.withResolvers<Response>()
  let count = 0
  const open = await opened(() => (count++ === 0 ? promise : new Response('hi')), { most: 2 })
  const busy = await open()
  const answer = answerTo(busy)
  const idle = await open()
  await answerTo(idle)
  const gone = once(idle, 'close')
  const client = await open()
  await gone
  expect(await answerTo(client)).toBe('HTTP/1.1 200 OK')
  resolve(new Response('late'))
  expect(await answer).toBe('HTTP/1.1 200 OK')
})

it('of many that read nothing, so many end that the others do not hold too much', async () => {
  let ended = 0
  const answer = () =>
    new Response(
      new ReadableStream<Uint8Array>({
        start: controller => controller.enqueue(new Uint8Array(20_000_000)),
        cancel: () => void ended++,
      }),
    )
  const open = await opened(answer, { mostUnread: 25_000_000 })
  const deaf = [await open(), await open(), await open()]
  for (const socket of deaf) {
    socket.pause()
    socket.write(GET)
  }
  await until('two have ended', () => ended === 2)
  const sizes = await Promise.all(deaf.map(sizeOf))
  expect(sizes.filter(size => size >= 20_000_000)).toHaveLength(1)
})

/** Reads until the connection ends, or 20 MB have come. */
async function sizeOf(socket: Socket): Promise<number> {
  let size = 0
  socket.on('data', part => {
    size += part.length
    if (size >= 20_000_000) socket.destroy()
  })
  socket.resume()
  await once(socket, 'close')
  return size
}

it('a client that reads nothing of its answer is gone after a while, and a quiet stream stays', async () => {
  const stalled = Promise.withResolvers<void>()
  let news: ReadableStreamDefaultController<Uint8Array> | undefined
  const streams = [
    new ReadableStream<Uint8Array>({
      start(controller) {
        news = controller
      },
    }),
    new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new Uint8Array(1_000_000)),
      cancel: () => stalled.resolve(),
    }),
  ]
  const open = await opened(() => new Response(streams.shift()), { stalled: 50 })
  const quiet = await open()
  expect(await answerTo(quiet)).toBe('HTTP/1.1 200 OK')
  const deaf = await open()
  deaf.pause()
  deaf.write(GET)
  await stalled.promise
  news?.enqueue(Buffer.from('news'))
  const [part] = (await once(quiet, 'data')) as [Buffer]
  expect(part.toString()).toContain('news')
})
