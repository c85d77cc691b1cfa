import { describe, expect, it } from 'vitest'
import { openPool } from '../../src/mcp/pool.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, rawServer, startServer } from '../helpers/mcp-servers.ts'
import { hammer, poolOf, type Restarting, restarting, type Way, wrongWrites } from '../helpers/restarting.ts'

const KEY = { customer: 'acme', server: 'tools' }

async function started(ways: Way[]): Promise<Restarting[]> {
  const servers = await Promise.all(ways.map(restarting))
  for (const one of servers) closing(one)
  return servers
}

describe('servers that are killed and started again while they are called', () => {
  it.each<[Way[]]>([[['404', '400', 'sse']], [['bridge']], [['everything', 'everything-sse']]])(
    '%j lose no read, and run no write twice',
    async ways => {
      const servers = await started(ways)
      const pool = closing(poolOf(servers))
      const found = await hammer(pool, servers, { reads: 900, restarts: 3, concurrency: 16 })
      expect(found.failed).toEqual([])
      expect(found.restarts.length).toBe(3 * ways.length)
      expect(wrongWrites(servers, found)).toEqual([])
    },
  )
})

describe('a request to a server that is away', () => {
  it('is a write that waits, and runs once', async () => {
    const [server] = await started(['404'])
    if (!server) return
    const pool = closing(poolOf([server]))
    const write = (id: string) =>
      pool.call({ customer: 'acme', server: '404' }, 'write', { id }, { repeatable: false })
    await write('before')
    await server.kill()
    const waiting = write('after')
    await server.start()
    // The first one finds the broken connection, which proves nothing; the next one finds that nobody listens.
    const outcome = await waiting.then(
      result => ('text' in result ? result.text : result.state),
      error => error.fate,
    )
    expect(server.writes()).toEqual(
      outcome === 'unknown' ? ['write before'] : ['write before', 'write after'],
    )
    expect(['write after', 'unknown']).toContain(outcome)
  })

  it('fails at once if its runtime says that the server is stopped', async () => {
    const server = closing(await startServer({ kind: 'legacy', tools: [echo] }))
    const stopped = { state: 'stopped', reason: 'not started', hint: 'run `supportmax up acme`' } as const
    let looks = 0
    const pool = closing(openPool(async () => (looks++ === 0 ? endpointOf(server) : stopped)))
    const read = () => pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    await read()
    await server.close()
    expect(await read()).toEqual(stopped)
    // For the first connection, before another one to the same address, and to say why there is none.
    expect(looks).toBe(3)
  })

  it('waits for a server that its runtime says is starting', async () => {
    const server = closing(await startServer({ kind: 'legacy', tools: [echo] }))
    const starting = { state: 'starting', reason: 'starting', hint: '' } as const
    let looks = 0
    const pool = closing(openPool(async () => (looks++ < 3 ? starting : endpointOf(server))))
    expect(await pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })).toMatchObject({
      text: 'echo a',
    })
    expect(looks).toBe(4)
  })

  it('waits for a server that has answered and is being restarted, which looks like a crash loop', async () => {
    const server = await startServer({ kind: 'legacy', tools: [echo] })
    const crashed = { state: 'crash_loop', reason: 'ended with exit code 137', hint: '' } as const
    let crashes = 0
    const pool = closing(openPool(async () => (crashes-- > 0 ? crashed : endpointOf(server))))
    const read = () => pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    crashes = 1
    // It has never answered: nobody waits for it.
    expect(await read()).toMatchObject({ state: 'crash_loop' })
    expect(await read()).toMatchObject({ text: 'echo a' })
    await server.close()
    crashes = 3
    closing(await startServer({ kind: 'legacy', tools: [echo], port: server.port }))
    expect(await read()).toMatchObject({ text: 'echo a' })
    expect(crashes).toBeLessThan(0)
  })

  it('fails at once if nothing ever answered at that address', async () => {
    const server = await startServer({ kind: 'legacy', tools: [echo] })
    await server.close()
    let looks = 0
    const pool = closing(
      openPool(async () => {
        looks++
        return endpointOf(server)
      }),
    )
    const read = pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    await expect(read).rejects.toMatchObject({ kind: 'refused', fate: 'not_run' })
    expect(looks).toBe(1)
  })

  it.each([401, 403, 404, 500])('fails at once if what answers there now says %i', async status => {
    const server = await startServer({ kind: 'modern', tools: [echo] })
    let requests = 0
    const pool = closing(openPool(async () => endpointOf(server)))
    const read = () => pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    await read()
    await server.close()
    closing(
      await rawServer((req, res) => {
        requests++
        req.resume()
        res.writeHead(status).end('no')
      }, server.port),
    )
    await expect(read()).rejects.toMatchObject({ status })
    expect(requests).toBeLessThanOrEqual(3)
  })

  it.each([502, 503])('waits while a proxy in front answers %i', async status => {
    let refusals = -1
    const server = closing(
      await startServer({
        kind: 'modern',
        tools: [echo],
        admit: async (req, res) => {
          if (refusals < 0 || refusals >= 4) return true
          refusals++
          req.resume()
          res.writeHead(status).end('starting')
          return false
        },
      }),
    )
    const pool = closing(openPool(async () => endpointOf(server)))
    const read = () => pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    await read()
    refusals = 0
    expect(await read()).toMatchObject({ text: 'echo a' })
    expect(refusals).toBe(4)
  })

  it('is sent twice at most if it ends the server each time', async () => {
    let calls = 0
    const server = closing(
      await startServer({
        kind: 'modern',
        tools: [echo, { name: 'poison', run: () => 'never' }],
        admit: async req => {
          if (req.headers['mcp-name'] !== 'poison') return true
          calls++
          req.socket.destroy()
          return false
        },
      }),
    )
    const pool = closing(openPool(async () => endpointOf(server)))
    await pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    await expect(pool.call(KEY, 'poison', {}, { repeatable: true })).rejects.toMatchObject({ kind: 'closed' })
    expect(calls).toBe(2)
  })

  it('ends when it is cancelled, or the pool is closed', async () => {
    const server = await startServer({ kind: 'legacy', tools: [echo] })
    const pool = openPool(async () => endpointOf(server))
    await pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    await server.close()
    const cancel = new AbortController()
    const cancelled = pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true, signal: cancel.signal })
    const closed = pool.call(KEY, 'echo', { text: 'a' }, { repeatable: true })
    const ends = Promise.allSettled([cancelled, closed])
    cancel.abort()
    await pool.close()
    expect((await ends).map(one => one.status)).toEqual(['rejected', 'rejected'])
  })
})
