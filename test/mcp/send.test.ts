import { getEventListeners, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Pool } from 'undici'
import { expect, it } from 'vitest'
import { type SocketReply, send } from '../../src/mcp/wire/sockets/send.ts'
import { closing } from '../helpers/closing.ts'
import { rawServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

/** A reply to one request, the response at the server, and whether its socket is still open there. */
async function reply(answer: (res: ServerResponse) => void, signal: AbortSignal | null = null) {
  let res: ServerResponse | undefined
  const server = await rawServer((_, response) => {
    res = response
    answer(response)
  })
  closing(server)
  const pool = new Pool(new URL(server.url).origin)
  closing({ close: () => pool.destroy() })
  const got = send(pool, { path: '/', method: 'GET', signal })
  await until('the request has reached the server', () => res !== undefined)
  const response = res as unknown as ServerResponse
  return { got, response, isOpen: () => response.socket?.destroyed === false }
}

async function textOf({ body }: SocketReply): Promise<string> {
  let text = ''
  await body.read(part => {
    text += part
  })
  return text
}

it('a body is there for a reader that comes late, also after its end', async () => {
  const { got } = await reply(res => res.writeHead(201, { 'x-one': '1' }).end('all of it'))
  const answer = await got
  const closed = new Promise<void>(resolve => answer.body.onClosed(resolve))
  await closed
  expect([answer.statusCode, answer.headers['x-one'], await textOf(answer)]).toEqual([201, '1', 'all of it'])
})

it('a body that breaks off is read as far as it came, and then fails', async () => {
  const { got, response } = await reply(res => res.write('half'))
  const { body } = await got
  response.destroy()
  await new Promise<void>(resolve => body.onClosed(resolve))
  let text = ''
  const read = body.read(part => {
    text += part
  })
  await expect(read).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
  expect(text).toBe('half')
})

it('a reader that throws gets no more, and the socket is closed', async () => {
  const { got, isOpen } = await reply(res => res.end('x'.repeat(9 * 1024 * 1024)))
  let parts = 0
  const read = (await got).body.read(() => {
    parts++
    throw new Error('too large')
  })
  await expect(read).rejects.toThrow('too large')
  await until('the socket is closed', () => !isOpen())
  expect(parts).toBe(1)
})

it('a body that nobody reads stops its server, and goes on for a reader', async () => {
  const size = 32 * 1024 * 1024
  let isSent = false
  const { got } = await reply(res => {
    res.write(Buffer.alloc(size))
    res.end(() => {
      isSent = true
    })
  })
  const { body } = await got
  let length = 0
  await new Promise(resolve => setImmediate(resolve))
  expect(isSent).toBe(false)
  let pauses = 0
  await body.read(part => {
    length += part.length
    if (pauses++ > 20) return
    body.pause()
    setImmediate(() => body.resume())
  })
  expect([length, isSent]).toEqual([size, true])
})

it('a body that is not wanted gives its socket up, and nothing stays at the signal', async () => {
  const { signal } = new AbortController()
  const { got, isOpen } = await reply(res => res.write('and so on'), signal)
  const { body } = await got
  body.destroy()
  await until('the socket is closed', () => !isOpen())
  await expect(textOf({ body } as SocketReply)).rejects.toThrow('not wanted')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it.each(['before', 'after'])('a request ends with its signal %s the headers of its response', async when => {
  const stop = new AbortController()
  const { got, isOpen, response } = await reply(res => {
    if (when === 'after') res.write('a part')
  }, stop.signal)
  const failed = when === 'after' ? textOf(await got) : got
  stop.abort(new Error('no more'))
  await expect(failed).rejects.toThrow('no more')
  if (isOpen()) await once(response, 'close')
})

it('a signal that has fired already sends nothing', async () => {
  let requests = 0
  const server = await rawServer(() => {
    requests++
  })
  closing(server)
  const pool = new Pool(new URL(server.url).origin)
  closing({ close: () => pool.destroy() })
  const sent = send(pool, { path: '/', method: 'GET', signal: AbortSignal.abort(new Error('too late')) })
  await expect(sent).rejects.toThrow('too late')
  expect(requests).toBe(0)
})

it('a flood lets the event loop turn after each 64 KB or a little more', async () => {
  const { got } = await reply(res => res.end(Buffer.alloc(16_000_000, 'x')))
  const { body } = await got
  let [all, inTurn, most] = [0, 0, 0]
  let isOver = false
  const turn = () => {
    most = Math.max(most, inTurn)
    inTurn = 0
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await body.read(part => {
    all += part.length
    inTurn += part.length
  })
  isOver = true
  expect(all).toBe(16_000_000)
  expect(most).toBeLessThan(200_000)
})

it('a body that its reader holds back stays so while it rests', async () => {
  const { got } = await reply(res => res.end(Buffer.alloc(2_000_000, 'x')))
  const { body } = await got
  let all = 0
  const read = body.read(part => {
    all += part.length
    body.pause()
  })
  await until('the first part', () => all > 0)
  for (let turns = 0; turns < 50; turns++) await new Promise(resolve => setImmediate(resolve))
  const held = all
  expect(held).toBeLessThan(1_000_000)
  while (all < 2_000_000) {
    body.resume()
    await new Promise(resolve => setImmediate(resolve))
  }
  body.resume()
  await read
})
