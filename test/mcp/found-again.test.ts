// What takes the port of a server that has died may answer as the server would: only the runtime knows that it is gone.
import { describe, expect, it } from 'vitest'
import type { Endpoint, Unavailable } from '../../src/mcp/endpoint.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, rawServer, startServer, type TestServer } from '../helpers/mcp-servers.ts'

const KEY = { customer: 'acme', server: 'tools' }
const TOKEN = 'own-token'
const STOPPED: Unavailable = {
  state: 'stopped',
  reason: 'ended with exit code 1',
  hint: 'run `supportmax up acme`',
}

/** A server of ours and a pool that has called it once; `find` says where the runtime finds it from then on. */
async function world(kind: 'modern' | 'legacy' | 'sse') {
  const start = async (port = 0) => closing(await startServer({ kind, tools: [echo], token: TOKEN, port }))
  const server = await start()
  const place = (at: Pick<TestServer, 'url'>): Endpoint => endpointOf(at, { token: TOKEN, image: 'pull' })
  let found: Endpoint | Unavailable = place(server)
  let looks = 0
  const pool = openPool(async () => {
    looks++
    return found
  })
  closing(pool)
  const call = () => pool.call(KEY, 'echo', { text: 'hello' }, { repeatable: true })
  await call()
  const find = (next: Endpoint | Unavailable) => {
    found = next
    looks = 0
  }
  return { server, start, place, call, find, looks: () => looks }
}

/** It rejects every token, as our servers reject a wrong one. */
async function thiefAt(port: number): Promise<TestServer> {
  const refuse = rawServer((req, res) => {
    req.resume()
    res.writeHead(401).end('unauthorized')
  }, port)
  return closing(await refuse)
}

describe.each(['modern', 'legacy', 'sse'] as const)('a %s server of ours that has died', kind => {
  it('is reported as stopped, and what took its port gets nothing', async () => {
    const { server, call, find } = await world(kind)
    await server.close()
    const thief = await thiefAt(server.port)
    find(STOPPED)
    expect(await call()).toEqual(STOPPED)
    expect(await call()).toEqual(STOPPED)
    expect(thief.authorizations).toEqual([])
  })

  it('is used where it was started again, and what took its port gets nothing', async () => {
    const { server, start, place, call, find } = await world(kind)
    await server.close()
    const thief = await thiefAt(server.port)
    const again = await start()
    find(place(again))
    expect(await call()).toMatchObject({ text: 'echo hello' })
    expect([thief.authorizations, again.calls]).toEqual([[], ['echo']])
  })

  it('is used again where it was, and the runtime is asked once for all calls that wait for it', async () => {
    const { server, start, place, call, find, looks } = await world(kind)
    await server.close()
    const again = await start(server.port)
    find(place(again))
    const answers = await Promise.all([call(), call(), call()])
    expect(answers).toMatchObject([{ text: 'echo hello' }, { text: 'echo hello' }, { text: 'echo hello' }])
    expect(looks()).toBe(1)
  })
})

it('the runtime is not asked while a server stays connected', async () => {
  const { server, place, call, find, looks } = await world('modern')
  find(place(server))
  await call()
  await call()
  expect(looks()).toBe(0)
})
