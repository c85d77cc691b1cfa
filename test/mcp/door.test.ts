// Who gets the token of a server that supportmax started.
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Connection, Fault } from '../../src/mcp/connection.ts'
import type { Endpoint, Override } from '../../src/mcp/endpoint.ts'
import { probe } from '../../src/mcp/probe.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, rawServer, type ServerOptions, startServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

const TOKEN = 'door-token'
const OURS = `Bearer ${TOKEN}`
const IMAGE = 'registry.example/own-alertmanager:7'
const VOUCHED = Number.POSITIVE_INFINITY

const server = async (options: ServerOptions) => closing(await startServer(options))
const connected = async (endpoint: Endpoint) => closing(await connect(endpoint))
const call = (connection: Connection) => connection.call('echo', { text: 'hello' }, {})
const kindOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no fault',
    (error: Fault) => error.kind,
  )
const started = (url: string, more: Partial<Endpoint> = {}) =>
  endpointOf({ url }, { token: TOKEN, image: 'pull', ...more })
type Found = Awaited<ReturnType<Override['findOurs']>>
const overriding = (url: string, findOurs: () => Found) =>
  started(url, { override: { image: IMAGE, findOurs: async () => findOurs() } })

describe.each(['modern', 'legacy', 'sse'] as const)('a %s server of ours', kind => {
  it('that the engine has just vouched for gets its token at once', async () => {
    const { url, authorizations } = await server({ kind, tools: [echo], token: TOKEN })
    const connection = await connected(started(url, { vouchedUntil: VOUCHED }))
    expect(await call(connection)).toMatchObject({ text: 'echo hello' })
    expect(new Set(authorizations)).toEqual(new Set([OURS]))
  })

  it('that the engine vouched for too long ago must reject a random token first', async () => {
    const { url, authorizations } = await server({ kind, tools: [echo], token: TOKEN })
    await connected(started(url, { vouchedUntil: performance.now() }))
    expect(authorizations[0]).not.toBe(OURS)
    expect(authorizations[1]).toBe(OURS)
  })

  it('that was vouched for is checked again after its socket was lost', async () => {
    const first = await server({ kind, tools: [echo], token: TOKEN })
    const connection = await connected(started(first.url, { vouchedUntil: VOUCHED }))
    await call(connection)
    await first.close()
    const thief = await server({ kind, tools: [echo], port: first.port })
    await until('the thief was seen through', async () => (await kindOf(call(connection))) === 'impostor')
    expect(thief.calls).toEqual([])
    expect(thief.authorizations).not.toContain(OURS)
  })
})

describe.each(['modern', 'legacy', 'sse'] as const)(
  'a %s server of an image that overrides its type',
  kind => {
    it('is used without our token if it does not ask for one, and the engine says that it is ours', async () => {
      const { url, authorizations, calls } = await server({ kind, tools: [echo] })
      const connection = await connected(overriding(url, () => 'here'))
      expect(await call(connection)).toMatchObject({ text: 'echo hello' })
      expect(connection.isOpen).toBe(true)
      expect(calls).toEqual(['echo'])
      expect(authorizations).not.toContain(OURS)
    })

    it('is another program if the engine does not say so', async () => {
      const { url, authorizations, calls } = await server({ kind, tools: [echo] })
      expect(await kindOf(connect(overriding(url, () => 'nowhere')))).toBe('impostor')
      expect(calls).toEqual([])
      expect(authorizations).not.toContain(OURS)
    })

    it('gets its token if it asks for one', async () => {
      const { url } = await server({ kind, tools: [echo], token: TOKEN })
      const connection = await connected(overriding(url, () => 'nowhere'))
      expect(await call(connection)).toMatchObject({ text: 'echo hello' })
      expect(connection.isOpen).toBe(false)
    })

    it.each([
      ['here', true],
      ['somewhere', false],
    ] as const)(
      'that rejects a wrong token with 403, and runs %s, gets its token: %s',
      async (found, sent) => {
        const refusing = await rawServer((req, res) => {
          req.resume()
          res.writeHead(403).end('forbidden: wrong token')
        })
        const { url, authorizations } = closing(refusing)
        const transport = kind === 'sse' ? 'sse' : 'streamable-http'
        expect(await kindOf(connect({ ...overriding(url, () => found), transport }))).toBe('forbidden')
        expect(authorizations[0]).not.toBe(OURS)
        expect(authorizations.includes(OURS)).toBe(sent)
      },
    )

    it('is not confused with what takes its port', async () => {
      const first = await server({ kind, tools: [echo] })
      let found: Found = 'here'
      const connection = await connected(overriding(first.url, () => found))
      await call(connection)
      found = 'nowhere'
      await first.close()
      const thief = await server({ kind, tools: [echo], port: first.port })
      await until('the thief was seen through', async () => (await kindOf(call(connection))) === 'impostor')
      expect(thief.calls).toEqual([])
      expect(thief.authorizations).not.toContain(OURS)
    })
  },
)

describe('a probe of an image that overrides its type', () => {
  it('warns if it checks no token, and names the image', async () => {
    const { url } = await server({ kind: 'modern', tools: [echo] })
    expect(await probe(overriding(url, () => 'here'))).toMatchObject({
      state: 'ready',
      tools: 1,
      reason: `1 tool; the image ${IMAGE} does not check its token: every program of this machine can use it`,
      hint: expect.stringContaining('use an image that rejects requests without its token'),
    })
  })

  it('takes its tools as they are', async () => {
    const { url } = await server({ kind: 'modern', tools: [echo], token: TOKEN })
    const endpoint = overriding(url, () => 'here')
    expect(await probe({ ...endpoint, smoke: { tool: 'get_status', arguments: {} } })).toMatchObject({
      state: 'ready',
      reason: `1 tool; the system behind the server was not checked: the image ${IMAGE} has no tool "get_status"`,
      hint: '',
    })
  })

  it('names the image that does not serve MCP', async () => {
    const page = await rawServer((req, res) => {
      req.resume()
      res.writeHead(404, { 'content-type': 'text/html' }).end('<title>Not Found</title>')
    })
    closing(page)
    const found = await probe(overriding(page.url, () => 'here'))
    expect(found).toMatchObject({
      state: 'unhealthy',
      hint: 'check that the image serves MCP at that path, or remove it from "images"',
    })
    expect(found.reason).toContain(`(image ${IMAGE})`)
  })
})
