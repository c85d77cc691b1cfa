import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Connection, Fault } from '../../src/mcp/connection.ts'
import type { Endpoint } from '../../src/mcp/endpoint.ts'
import { closing } from '../helpers/closing.ts'
import {
  echo,
  endpointOf,
  rawServer,
  type ServerOptions,
  sleeper,
  startServer,
  type TestServer,
} from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

async function server(options: ServerOptions): Promise<TestServer> {
  const started = await startServer(options)
  closing(started)
  return started
}

async function connected(endpoint: Endpoint): Promise<Connection> {
  const connection = await connect(endpoint)
  closing(connection)
  return connection
}

const call = (connection: Connection, tool: string, args = {}, signal?: AbortSignal) =>
  connection.call(tool, args, { deadline: 5_000, signal })

const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(
    () => Promise.reject(new Error('no fault came')),
    error => error,
  )

describe.each(['modern', 'legacy', 'sse'] as const)('a %s server', kind => {
  const era = kind === 'modern' ? 'modern' : 'legacy'

  it('lists tools and answers calls with its token', async () => {
    const { url } = await server({ kind, tools: [echo], token: 'door-token' })
    const connection = await connected(endpointOf({ url }, { token: 'door-token' }))
    expect(connection.era).toBe(era)
    const { tools, quarantined } = await connection.listTools()
    expect(tools.map(tool => [tool.name, tool.readOnlyHint])).toEqual([['echo', true]])
    expect(quarantined).toEqual([])
    expect(await call(connection, 'echo', { text: 'hello' })).toEqual({ text: 'echo hello', isError: false })
  })

  it('is not trusted when it answers without asking for the token', async () => {
    const { url } = await server({ kind, tools: [echo] })
    const fault = await faultOf(connect(endpointOf({ url }, { token: 'door-token', image: 'pull' })))
    expect(fault.kind).toBe('impostor')
    expect(fault.message).toContain('another program is listening')
  })

  it('is asked with its credential at once when it is external, and may answer without one', async () => {
    const { url, calls } = await server({ kind, tools: [echo] })
    const connection = await connected(endpointOf({ url }, { token: 'door-token' }))
    expect(await call(connection, 'echo', { text: 'open' })).toMatchObject({ text: 'echo open' })
    expect(calls).toEqual(['echo'])
  })

  it('rejects another token', async () => {
    const { url } = await server({ kind, tools: [echo], token: 'another' })
    const fault = await faultOf(connect(endpointOf({ url }, { token: 'door-token' })))
    expect(fault.kind).toBe('unauthorized')
  })

  it('is notified of a cancelled call, which returns immediately', async () => {
    const seen = { started: 0, cancelled: 0 }
    const { url } = await server({ kind, tools: [sleeper(seen)] })
    const connection = await connected(endpointOf({ url }))
    const abort = new AbortController()
    const work = faultOf(call(connection, 'sleep', {}, abort.signal))
    await until('the call reached the server', () => seen.started === 1)
    abort.abort()
    expect((await work).kind).toBe('cancelled')
    await until('the server heard of the cancel', () => seen.cancelled === 1)
  })

  it('is notified of a call that timed out', async () => {
    const seen = { started: 0, cancelled: 0 }
    const { url } = await server({ kind, tools: [sleeper(seen)] })
    const connection = await connected(endpointOf({ url }))
    const fault = await faultOf(connection.call('sleep', {}, { deadline: 60 }))
    expect(fault.kind).toBe('timeout')
    expect(fault.message).toBe('sleep: timed out after 60 ms')
    await until('the server heard of the cancel', () => seen.cancelled === 1)
  })

  it('fails a call in flight when the server dies, and the next call works once it is back', async () => {
    const seen = { started: 0, cancelled: 0 }
    const options: ServerOptions = { kind, tools: [echo, sleeper(seen)], token: 'door-token' }
    const first = await server(options)
    const connection = await connected(endpointOf(first, { token: 'door-token' }))
    const work = faultOf(call(connection, 'sleep'))
    await until('the call reached the server', () => seen.started === 1)
    await first.close()
    expect((await work).kind).toMatch(/^(closed|refused)$/)
    await server({ ...options, port: first.port })
    const again = () => call(connection, 'echo', { text: 'again' }).catch(error => ({ text: error.kind }))
    await until('the next call works', async () => (await again()).text === 'echo again')
  })

  it('cannot be impersonated by another process on its port', async () => {
    const first = await server({ kind, tools: [echo], token: 'door-token' })
    const connection = await connected(endpointOf(first, { token: 'door-token', image: 'pull' }))
    await call(connection, 'echo', { text: 'mine' })
    await first.close()
    const thief = await server({ kind, tools: [echo], port: first.port })
    const verdict = async () => (await faultOf(call(connection, 'echo', { text: 'mine' }))).kind
    // A socket that closes during the request is not an answer either.
    await until('the thief was seen through', async () => (await verdict()) === 'impostor')
    expect(thief.calls).toEqual([])
  })
})

describe('a connection', () => {
  it('reports a refused connection', async () => {
    const { url, close } = await startServer({ kind: 'modern', tools: [] })
    await close()
    expect((await faultOf(connect(endpointOf({ url })))).kind).toBe('refused')
  })

  it('repeats a call once if its session was lost, but never an accepted call', async () => {
    const tools = [echo]
    const first = await server({ kind: 'legacy', tools })
    const connection = await connected(endpointOf(first))
    await call(connection, 'echo', { text: 'one' })
    await first.close()
    const second = await server({ kind: 'legacy', tools, port: first.port })
    const two = () => call(connection, 'echo', { text: 'two' }).catch(error => ({ text: error.kind }))
    await until('the call was repeated on a new session', async () => (await two()).text === 'echo two')
    expect(second.calls).toEqual(['echo'])
  })

  it('returns a tool error as a result', async () => {
    const failing = { ...echo, run: () => ({ content: [{ type: 'text', text: 'no' }], isError: true }) }
    const connection = await connected(endpointOf(await server({ kind: 'modern', tools: [failing] })))
    expect(await call(connection, 'echo')).toEqual({ text: 'no', isError: true })
  })
})

it('asks a server of our own build nothing before its tools', async () => {
  const methods: string[] = []
  const server = await rawServer(async (req, res) => {
    let body = ''
    for await (const part of req) body += part
    const { id, method } = JSON.parse(body)
    methods.push(method)
    const result = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', tools: [] }
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  closing(server)
  const vouchedUntil = Number.POSITIVE_INFINITY
  const connection = await connect(
    endpointOf(server, { token: 'x', image: 'build', hasOnlyTools: true, vouchedUntil }),
  )
  closing(connection)
  await connection.listTools()
  expect(methods).toEqual(['tools/list'])
  expect(connection.era).toBe('modern')
})
