import { createServer, request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buildConnector } from 'undici'
import { expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { createProvenSockets, openOnce } from '../../src/mcp/wire/sockets/proven.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, rawServer, startServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

/** A legacy server that asks for `token`, holds calls until it is told, and notes the first token of each socket. */
async function holdingServer(token: string) {
  const first = new Map<Socket, string>()
  const held: (() => void)[] = []
  const server = await rawServer(async (req, res) => {
    const sent = req.headers.authorization ?? ''
    if (!first.has(req.socket)) first.set(req.socket, sent)
    let body = ''
    for await (const part of req) body += part
    if (sent !== `Bearer ${token}`) return res.writeHead(401).end('no')
    const { id, method } = JSON.parse(body || '{}')
    const answer = (result: object) =>
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    if (method === 'initialize')
      return answer({
        protocolVersion: '2025-06-18',
        capabilities: {},
        serverInfo: { name: 'x', version: '1' },
      })
    if (method === 'tools/call') return held.push(() => answer({ content: [{ type: 'text', text: 'fine' }] }))
    return res.writeHead(id === undefined ? 202 : 400).end()
  })
  closing(server)
  return { ...server, first, held }
}

it('every socket of parallel calls rejects a random token before it carries ours', async () => {
  const server = await holdingServer('own-token')
  const connection = await connect(endpointOf(server, { token: 'own-token', image: 'pull' }))
  closing(connection)
  const calls = Array.from({ length: 5 }, () => connection.call('x', {}, {}))
  await until('all calls have reached the server', () => server.held.length === 5)
  for (const answer of server.held) answer()
  expect((await Promise.all(calls)).map(one => one.text)).toEqual(Array(5).fill('fine'))
  expect(server.first.size).toBe(5)
  expect([...server.first.values()]).not.toContain('Bearer own-token')
})

it('sockets are used again, one request after the other', async () => {
  const server = await holdingServer('own-token')
  const connection = await connect(endpointOf(server, { token: 'own-token', image: 'pull' }))
  closing(connection)
  for (let n = 0; n < 5; n++) {
    const call = connection.call('x', {}, {})
    await until('the call has reached the server', () => server.held.length === 1)
    server.held.pop()?.()
    await call
  }
  expect(server.first.size).toBe(1)
})

it('a call waits for a proven socket when the one that it had is closed, and is sent once', async () => {
  const server = await holdingServer('own-token')
  const connection = await connect(endpointOf(server, { token: 'own-token', image: 'pull' }))
  closing(connection)
  for (let n = 0; n < 20; n++) {
    for (const socket of server.first.keys()) socket.destroy()
    const call = connection.call('x', {}, { repeatable: true })
    await until('the call has reached the server', () => server.held.length === 1)
    server.held.pop()?.()
    expect((await call).text).toBe('fine')
  }
  expect([...server.first.values()]).not.toContain('Bearer own-token')
})

it('a server that closes the connection after a refusal is used all the same', async () => {
  const server = await startServer({ kind: 'legacy', tools: [echo] })
  const door = createServer((req, res) => {
    if (req.headers.authorization !== 'Bearer own-token')
      return res.writeHead(401, { connection: 'close' }).end('no')
    const onward = request(server.url, { method: req.method, headers: req.headers }, answer => {
      res.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(res)
    })
    return req.pipe(onward)
  })
  await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve))
  closing({
    async close() {
      door.closeAllConnections()
      door.close()
      await server.close()
    },
  })
  const { port } = door.address() as AddressInfo
  const connection = await connect(
    endpointOf({ url: `http://127.0.0.1:${port}/mcp` }, { token: 'own-token', image: 'pull' }),
  )
  closing(connection)
  for (let n = 0; n < 5; n++)
    expect((await connection.call('echo', { text: String(n) }, {})).text).toBe(`echo ${n}`)
})

it('a request in flight is not sent again when the sockets are closed', async () => {
  let requests = 0
  const server = await rawServer(req => {
    requests++
    req.resume()
  })
  closing(server)
  const { origin } = new URL(server.url)
  const sockets = createProvenSockets(
    async () => openOnce(origin, {}, buildConnector({})),
    () => {},
  )
  const request = () => sockets.request({ path: '/', method: 'POST', body: 'x', signal: null })
  const failed = request().then(
    () => 'answered',
    error => error.code,
  )
  await until('the request has reached the server', () => requests === 1)
  await sockets.close()
  expect(await failed).toBe('UND_ERR_DESTROYED')
  // Whatever was to be sent again has gone out before this one.
  void request().catch(() => {})
  await until('another request has reached the server', () => requests >= 2)
  expect(requests).toBe(2)
  await sockets.close()
})
