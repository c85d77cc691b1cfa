import { describe, expect, it } from 'vitest'
import { probe } from '../../src/mcp/probe.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, rawServer, startServer, type TestServer } from '../helpers/mcp-servers.ts'

async function kept(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  closing(server)
  return server
}
const text = (status: number, body: string) =>
  rawServer((req, res) => {
    req.resume()
    res.writeHead(status, { 'content-type': 'text/plain' }).end(body)
  })

describe('a probe', () => {
  it.each(['modern', 'legacy', 'sse'] as const)('finds a %s server ready', async kind => {
    const server = await kept(startServer({ kind, tools: [echo], token: 'own-token' }))
    const found = await probe(endpointOf(server, { token: 'own-token' }))
    expect(found).toMatchObject({ state: 'ready', reason: '1 tool', hint: '', tools: 1 })
    expect(found.era).toBe(kind === 'modern' ? 'modern' : 'legacy')
    expect(found.latencyMs).toBeGreaterThan(0)
    expect(server.calls).toEqual(['echo'])
  })

  it('quotes the error of the system behind the server', async () => {
    const refusing = {
      ...echo,
      run: () => ({ content: [{ type: 'text', text: 'Invalid API key' }], isError: true }),
    }
    const server = await kept(startServer({ kind: 'modern', tools: [refusing] }))
    const found = await probe(endpointOf(server))
    expect(found).toMatchObject({ state: 'degraded', tools: 1 })
    expect(found.reason).toBe('test call failed: echo: Invalid API key')
  })

  it('says in a sentence that the system behind the server refused', async () => {
    const words = '[GET /datasources][401] getDataSourcesUnauthorized {"message":"Invalid API key"}'
    const refusing = { ...echo, run: () => ({ content: [{ type: 'text', text: words }], isError: true }) }
    const server = await kept(startServer({ kind: 'modern', tools: [refusing] }))
    const { reason } = await probe(endpointOf(server, { system: 'Grafana' }))
    expect(reason).toBe('test call failed: Grafana rejected the token (HTTP 401): Invalid API key')
  })

  it('reports that the system behind the server does not answer, within the probe timeout', async () => {
    const silent = { ...echo, run: () => new Promise<string>(() => {}) }
    const server = await kept(startServer({ kind: 'modern', tools: [silent] }))
    const deadlines = { connect: 500, probe: 600, call: 500 }
    expect(await probe(endpointOf(server, { deadlines }))).toMatchObject({ state: 'degraded', tools: 1 })
  })

  it('reports a server without the smoke tool as ready, with a note', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo] }))
    const found = await probe(endpointOf(server, { smoke: { tool: 'other', arguments: {} } }))
    expect(found.state).toBe('ready')
    expect(found.reason).toContain('there is no tool "other"')
  })

  it('does not accept a server without the smoke tool as our own build', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo], token: 'own-token' }))
    const smoke = { tool: 'other', arguments: {} }
    const found = await probe(endpointOf(server, { token: 'own-token', image: 'build', smoke }))
    expect(found).toMatchObject({
      state: 'unhealthy',
      hint: expect.stringContaining('find the program on that port'),
    })
    expect(found.reason).toContain('another program is listening')
    const pulled = await probe(endpointOf(server, { token: 'own-token', image: 'pull', smoke }))
    expect(pulled.state).toBe('ready')
  })

  it('never sends our token to a server that accepts any', async () => {
    const seen: (string | undefined)[] = []
    const server = await kept(
      rawServer((req, res) => {
        req.resume()
        seen.push(req.headers.authorization)
        res.writeHead(req.headers.authorization ? 200 : 401, { 'content-type': 'application/json' }).end('{}')
      }),
    )
    const found = await probe(endpointOf(server, { token: 'own-token', image: 'pull' }))
    expect(found.state).toBe('unhealthy')
    expect(found.reason).toContain('another program is listening')
    expect(seen).not.toContain('Bearer own-token')
  })

  it('reports a wrong token as auth_required', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo], token: 'theirs' }))
    expect(await probe(endpointOf(server, { token: 'own-token' }))).toMatchObject({ state: 'auth_required' })
  })

  it('does not accept a server that requires no token as ours', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo] }))
    const found = await probe(endpointOf(server, { token: 'own-token', image: 'build' }))
    expect(found.state).toBe('unhealthy')
    expect(found.reason).toContain('another program is listening')
    expect(server.calls).toEqual([])
  })

  it('attributes a 403 to the Host header rather than the token', async () => {
    const server = await kept(text(403, 'forbidden: host not allowed'))
    const found = await probe(endpointOf(server, { token: 'own-token' }))
    expect(found.state).toBe('unhealthy')
    expect(found.reason).toContain('rejected our Host header')
    expect(found.hint).toContain('the token is fine')
  })

  it('reports a server without tools as unhealthy', async () => {
    const server = await kept(startServer({ kind: 'legacy', tools: [] }))
    expect(await probe(endpointOf(server))).toMatchObject({
      state: 'unhealthy',
      reason: 'connected, but the server lists no tools',
    })
  })

  it('reports a closed port as starting, or as unhealthy if nobody here starts the server; silence as unhealthy', async () => {
    const gone = await startServer({ kind: 'modern', tools: [] })
    await gone.close()
    expect((await probe(endpointOf(gone, { image: 'pull' }))).state).toBe('starting')
    expect(await probe(endpointOf(gone))).toMatchObject({
      state: 'unhealthy',
      hint: 'start the server, or correct its "url"',
    })
    const silent = await kept(rawServer(req => void req.resume()))
    const deadlines = { connect: 100, probe: 200, call: 100 }
    expect(await probe(endpointOf(silent, { deadlines }))).toMatchObject({
      state: 'unhealthy',
      reason: 'connect: timed out after 100 ms',
    })
  })

  it('ends at once when it is cancelled', async () => {
    const silent = await kept(rawServer(req => void req.resume()))
    const abort = new AbortController()
    const found = probe(endpointOf(silent), abort.signal)
    abort.abort()
    expect((await found).state).toBe('unhealthy')
  })
})

it.each([401, 404, 500])(
  'a session that is lost between the list and the test call (HTTP %i) is no fault',
  async status => {
    let sessions = 0
    const server = await kept(
      rawServer(async (req, res) => {
        let body = ''
        for await (const part of req) body += part
        const { id, method } = JSON.parse(body || '{}')
        const session = `s${sessions}`
        const answer = (result: object, more = {}) =>
          res
            .writeHead(200, { 'content-type': 'application/json', ...more })
            .end(JSON.stringify({ jsonrpc: '2.0', id, result }))
        if (method === 'initialize') {
          const serverInfo = { name: 'x', version: '1' }
          sessions++
          return answer(
            { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo },
            { 'mcp-session-id': `s${sessions}` },
          )
        }
        if (method === 'tools/list')
          return answer({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] })
        if (method === 'tools/call')
          return session === 's1'
            ? res.writeHead(status).end('Session not found')
            : answer({ content: [{ type: 'text', text: 'fine' }] })
        return res.writeHead(id === undefined ? 202 : 400).end()
      }),
    )
    expect(await probe(endpointOf(server))).toMatchObject({ state: 'ready', reason: '1 tool' })
    expect(sessions).toBe(2)
  },
)
