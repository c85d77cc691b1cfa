import { afterEach, describe, expect, it } from 'vitest'
import { probe } from '../../src/mcp/probe.ts'
import { echo, endpointOf, rawServer, startServer, type TestServer } from '../helpers/mcp-servers.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})
async function kept(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting
  open.push(server)
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

  it('says that the system behind refuses, in its own words', async () => {
    const refusing = {
      ...echo,
      run: () => ({ content: [{ type: 'text', text: 'Invalid API key' }], isError: true }),
    }
    const server = await kept(startServer({ kind: 'modern', tools: [refusing] }))
    const found = await probe(endpointOf(server))
    expect(found).toMatchObject({ state: 'degraded', tools: 1 })
    expect(found.reason).toBe('the system behind refuses or fails: echo: Invalid API key')
  })

  it('says that the system behind is silent, within the probe deadline', async () => {
    const silent = { ...echo, run: () => new Promise<string>(() => {}) }
    const server = await kept(startServer({ kind: 'modern', tools: [silent] }))
    const deadlines = { connect: 500, probe: 600, call: 500 }
    expect(await probe(endpointOf(server, { deadlines }))).toMatchObject({ state: 'degraded', tools: 1 })
  })

  it('stays ready where the smoke tool does not exist, and says so', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo] }))
    const found = await probe(endpointOf(server, { smoke: { tool: 'other', arguments: {} } }))
    expect(found.state).toBe('ready')
    expect(found.reason).toContain('it has no tool "other"')
  })

  it('does not take for our own build what lacks its smoke tool', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo], token: 'own-token' }))
    const smoke = { tool: 'other', arguments: {} }
    const found = await probe(endpointOf(server, { token: 'own-token', image: 'build', smoke }))
    expect(found).toMatchObject({ state: 'unhealthy', hint: expect.stringContaining('what holds the port') })
    expect(found.reason).toContain('something else answers')
    const pulled = await probe(endpointOf(server, { token: 'own-token', image: 'pull', smoke }))
    expect(pulled.state).toBe('ready')
  })

  it('never shows our token to what takes any', async () => {
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
    expect(found.reason).toContain('something else answers')
    expect(seen).not.toContain('Bearer own-token')
  })

  it('takes another token for auth_required', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo], token: 'theirs' }))
    expect(await probe(endpointOf(server, { token: 'own-token' }))).toMatchObject({ state: 'auth_required' })
  })

  it('does not take a server that wants no token for ours', async () => {
    const server = await kept(startServer({ kind: 'modern', tools: [echo] }))
    const found = await probe(endpointOf(server, { token: 'own-token' }))
    expect(found.state).toBe('unhealthy')
    expect(found.reason).toContain('something else answers')
    expect(server.calls).toEqual([])
  })

  it('says that a 403 is the Host check and not the token', async () => {
    const server = await kept(text(403, 'forbidden: host not allowed'))
    const found = await probe(endpointOf(server, { token: 'own-token' }))
    expect(found.state).toBe('unhealthy')
    expect(found.reason).toContain('Host check')
    expect(found.hint).toContain('not the token')
  })

  it('calls a server without tools unhealthy', async () => {
    const server = await kept(startServer({ kind: 'legacy', tools: [] }))
    expect(await probe(endpointOf(server))).toMatchObject({
      state: 'unhealthy',
      reason: 'answers, but lists no tools',
    })
  })

  it('calls nothing that listens starting, and silence unhealthy', async () => {
    const gone = await startServer({ kind: 'modern', tools: [] })
    await gone.close()
    expect((await probe(endpointOf(gone))).state).toBe('starting')
    const silent = await kept(rawServer(req => void req.resume()))
    const deadlines = { connect: 100, probe: 200, call: 100 }
    expect(await probe(endpointOf(silent, { deadlines }))).toMatchObject({
      state: 'unhealthy',
      reason: 'connect: no answer within 100 ms',
    })
  })

  it('ends at once when it is called off', async () => {
    const silent = await kept(rawServer(req => void req.resume()))
    const abort = new AbortController()
    const found = probe(endpointOf(silent), abort.signal)
    abort.abort()
    expect((await found).state).toBe('unhealthy')
  })
})
