import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { World } from '../../src/demo/world.ts'
import { startDemoWorld } from '../helpers/demo-world.ts'
import { connect, WAYS_IN } from '../helpers/mcp-clients.ts'
import { type OwnServer, startOwnServer } from '../helpers/own-server.ts'
import { freePort } from '../helpers/ports.ts'
import { until } from '../helpers/until.ts'

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

describe('access to our own MCP servers', () => {
  let world: World
  let server: OwnServer

  beforeAll(async () => {
    world = await startDemoWorld()
    server = await startOwnServer('alertmanager', { ALERTMANAGER_URL: `${world.url}/atlantis/alertmanager` })
  })
  afterAll(async () => {
    await server?.stop()
    await world?.close()
  })
  afterEach(() => world.setFault('atlantis/alertmanager', undefined))

  interface Knock {
    method?: string
    path?: string
    headers?: Record<string, string>
    body?: string
  }
  const knock = (knocking: Knock): Promise<{ status: number; text: string; headers: unknown }> =>
    new Promise((resolve, reject) => {
      const { method = 'POST', path = '/mcp', headers = {}, body = '' } = knocking
      const all = {
        authorization: `Bearer ${server.token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      }
      const req = request({ host: '127.0.0.1', port: server.port, method, path, headers: all }, res => {
        let text = ''
        res.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        res.on('end', () => resolve({ status: res.statusCode ?? 0, text, headers: res.headers }))
      })
      req.on('error', reject)
      req.end(body)
    })
  const status = async (knocking: Knock) => (await knock(knocking)).status

  it('answers /healthz without a token, but only to a Host it knows', async () => {
    const noToken = { method: 'GET', path: '/healthz', headers: { authorization: '' } }
    expect(await knock(noToken)).toMatchObject({ status: 200, text: 'ok' })
    const foreign = { ...noToken, headers: { host: 'evil.example' } }
    expect(await knock(foreign)).toMatchObject({ status: 403, text: 'forbidden: host not allowed' })
  })

  it('checks the Host first, then the Origin, then the token', async () => {
    const wrong = {
      host: `127.0.0.1:${server.port + 1}`,
      origin: 'http://a.example',
      authorization: 'Bearer no',
    }
    expect((await knock({ headers: wrong })).text).toBe('forbidden: host not allowed')
    const host = `LOCALHOST:${server.port}`
    expect((await knock({ headers: { ...wrong, host } })).text).toBe('forbidden: origin not allowed')
    const { authorization } = wrong
    expect(await knock({ headers: { host, authorization } })).toMatchObject({
      status: 401,
      text: 'unauthorized: wrong bearer token',
      headers: { 'www-authenticate': 'Bearer' },
    })
    expect((await knock({ headers: { authorization: '' } })).text).toBe('unauthorized: missing bearer token')
    for (const path of ['/mcp', '/sse', '/nowhere', '/healthz/'])
      expect(await status({ path, method: 'GET', headers: { authorization: '' } })).toBe(401)
  })

  it('rejects a wrong path or content type, invalid JSON, a large body and unknown sessions', async () => {
    const body = JSON.stringify(INITIALIZE)
    expect(await status({ path: '/mcpx', body })).toBe(404)
    expect(await status({ headers: { 'content-type': 'text/plain' }, body })).toBe(415)
    for (const garbage of ['', '{', '\u0000', '[[[']) expect(await status({ body: garbage })).toBe(400)
    for (const odd of ['null', '5', '"x"', '[]', '{}', '[null]', '{"jsonrpc":"2.0"}'])
      expect(await status({ body: odd })).toBeLessThan(500)
    expect(await status({ body: JSON.stringify({ x: 'x'.repeat(1024 * 1024) }) })).toBe(413)
    expect(await status({ headers: { 'mcp-session-id': 'none' }, body })).toBe(404)
    expect(await status({ path: '/sse?sessionId=none', body })).toBe(404)
    expect(await status({ path: '/sse', body })).toBe(405)
    expect(await status({ path: '/mcp', method: 'PUT', body })).toBeLessThan(500)
  })

  it('cuts off a body of undeclared length that exceeds the limit', async () => {
    const chunked = await new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }
      const req = request(
        { host: '127.0.0.1', port: server.port, path: '/mcp', method: 'POST', headers },
        res => {
          res.resume()
          resolve(res.statusCode ?? 0)
        },
      )
      req.on('error', reject)
      for (let i = 0; i < 40; i++) req.write('x'.repeat(32 * 1024))
      req.end()
    }).catch((error: NodeJS.ErrnoException) => error.code)
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(chunked)
  })

  it('limits the number of sessions, and still works when many are opened', async () => {
    const client = await connect('legacy', server)
    const ids: string[] = []
    for (let i = 0; i < 250; i++) {
      const { headers, status } = await knock({ body: JSON.stringify(INITIALIZE) })
      expect(status).toBe(200)
      ids.push(String((headers as Record<string, string>)['mcp-session-id']))
    }
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })
    const asked = (id: string | undefined) => status({ headers: { 'mcp-session-id': id ?? '' }, body: ping })
    expect(await asked(ids[0])).toBe(404)
    expect(await asked(ids.at(-1))).toBe(200)
    expect((await client.call('get_status')).isError).toBe(false) // it was in use all the time
    await client.close()
  })

  it.each(WAYS_IN)('a %s client that cancels a call ends the upstream request', async way => {
    const client = await connect(way, server)
    world.setFault('atlantis/alertmanager', { kind: 'hang' })
    const before = world.requests.length
    const stop = new AbortController()
    const call = client.call('list_alerts', {}, stop.signal).catch(() => 'cancelled')
    const seen = await until('the request arrives', () => world.requests[before])
    stop.abort()
    expect(await call).toBe('cancelled')
    await until('it is aborted', () => seen.aborted)
    await client.close()
  })

  it('says why the upstream system gave no answer', async () => {
    const client = await connect('modern', server)
    const told = async (fault: Parameters<World['setFault']>[1]) => {
      world.setFault('atlantis/alertmanager', fault)
      const { isError, text } = await client.call('get_status')
      expect(isError).toBe(true)
      return text
    }
    expect(await told({ kind: 'status', status: 401 })).toBe(
      'Alertmanager: not authorized (HTTP 401): injected fault; no credentials are set',
    )
    expect(await told({ kind: 'status', status: 403 })).toContain('forbidden (HTTP 403): injected fault')
    expect(await told({ kind: 'status', status: 500 })).toBe(
      'Alertmanager: internal error (HTTP 500): injected fault',
    )
    expect(await told({ kind: 'html' })).toBe('Alertmanager did not return JSON (a web page): check its URL')
    expect(await told({ kind: 'drop' })).toBe(
      'cannot reach Alertmanager: the other side closed the connection',
    )
    await client.close()
  })

  it('sends the credentials that it was given, and shows them nowhere', async () => {
    const seen: (string | undefined)[] = []
    const { createServer } = await import('node:http')
    const behind = createServer((req, res) => {
      seen.push(req.headers.authorization, String(req.headers['x-scope-orgid']))
      res.writeHead(401).end('who is canary-password?')
    }).listen(0, '127.0.0.1')
    await until('it listens', () => behind.address() !== null)
    const { port } = behind.address() as { port: number }
    const other = await startOwnServer('alertmanager', {
      ALERTMANAGER_URL: `http://127.0.0.1:${port}/am`,
      ALERTMANAGER_USERNAME: 'ada',
      ALERTMANAGER_PASSWORD: 'canary-password',
      ALERTMANAGER_TENANT: 'team-7',
    })
    const client = await connect('modern', other)
    const { text } = await client.call('get_status')
    expect(seen).toEqual([`Basic ${Buffer.from('ada:canary-password').toString('base64')}`, 'team-7'])
    expect(text + other.log()).not.toContain('canary')
    await client.close()
    await other.stop()
    behind.close()
  })

  it('says that nothing listens at the address', async () => {
    const other = await startOwnServer('alertmanager', {
      ALERTMANAGER_URL: `http://127.0.0.1:${await freePort()}`,
    })
    const client = await connect('legacy', other)
    expect((await client.call('get_status')).text).toBe('cannot reach Alertmanager: connection refused')
    await client.close()
    await other.stop()
  })
})
