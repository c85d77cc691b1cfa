import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { sizeGuard } from '../../src/platforms/faults/too-long.ts'
import { openPlatform } from '../../src/platforms/open.ts'
import { closing } from '../helpers/closing.ts'
import { aPlatform } from '../helpers/platforms.ts'
import { all } from './vendors.ts'

/** A model behind a server whose every body goes on for as long as anybody reads it. */
async function withoutEnd(status: number, type: string, head: string, piece: string) {
  const write = (res: ServerResponse) => {
    while (!res.destroyed && res.write(piece));
  }
  const server = createServer((req, res) => {
    req.resume()
    res.writeHead(status, { 'content-type': type }).write(head)
    res.on('drain', () => write(res))
    write(res)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return openPlatform(aPlatform('mine', { baseUrl, dialect: 'completions' }), () => 'key-1')
}

const JSON_TYPE = 'application/json'
const LONG = 'y'.repeat(100_000)

it.each([
  ['an answer in one line', 200, 'text/event-stream', 'data: "', LONG, 'a line of the response', 16],
  ['JSON in place of an answer', 200, JSON_TYPE, '{"a":"', LONG, 'the response', 32],
  ['a 404', 404, JSON_TYPE, '{"a":"', LONG, 'the response', 32],
  ['a 500', 500, JSON_TYPE, '{"a":"', LONG, 'the response', 32],
])('%s that does not end is given up', async (_, status, type, head, piece, what, limit) => {
  const { fault } = await all(await withoutEnd(status, type, head, piece))
  expect(fault).toMatchObject({ kind: 'server', message: `${what} is longer than ${limit} MiB` })
})

it('a list of models that does not end is given up', async () => {
  const platform = await withoutEnd(200, JSON_TYPE, '{"data":[', `{"id":"${LONG}"},`)
  await expect(platform.probe(new AbortController().signal)).rejects.toMatchObject({
    kind: 'server',
    message: 'the response is longer than 32 MiB',
  })
})

it('an answer of many lines may be longer', () => {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' }
  const guard = sizeGuard('mine', new Response('', { headers }))
  const piece = new TextEncoder().encode(`${'y'.repeat(999_999)}\n`)
  for (let i = 0; i < 200; i++) guard(piece)
  expect(() => {
    for (let i = 0; i < 100; i++) guard(piece)
  }).toThrow('the response is longer than 256 MiB')
})
