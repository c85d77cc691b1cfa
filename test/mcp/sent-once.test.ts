import { afterAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Connection, Fault } from '../../src/mcp/connection.ts'
import { BODIES, type BodyName, type CountingServer, countingServer } from '../helpers/counting-server.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'

const STATUSES = Array.from({ length: 200 }, (_, i) => 400 + i)
const bodies = Object.keys(BODIES) as BodyName[]
const isAnswer = (body: BodyName) => body.startsWith('answer') && body !== 'answer without id'

/** The specification's status for a lost session, with words that say so, and so proof that the call did not run. */
const proves = (era: string, status: number, body: BodyName) =>
  era !== 'modern' && status === 404 && body === 'lost session'

describe.each(['modern', 'legacy', 'sse'] as const)('a call to a %s server', era => {
  const opened: { server: CountingServer; connection: Connection }[] = []
  afterAll(async () => {
    for (const { server, connection } of opened) {
      await connection.close()
      await server.close()
    }
  })

  it.each(bodies)('is sent once whatever status refuses it, with this body: %s', async body => {
    const server = await countingServer(era)
    const connection = await connect(endpointOf(server))
    opened.push({ server, connection })
    for (const status of STATUSES)
      for (const effect of ['before', 'after'] as const) {
        server.refuseWith({ status, body, effect })
        const fault: Fault = await connection.call('write', {}, { deadline: 5_000 }).then(
          () => Promise.reject(new Error(`a result came with ${status}`)),
          error => error,
        )
        const times = proves(era, status, body) ? 2 : 1
        const { calls, effects } = server.seen()
        expect({ status, effect, calls, effects }).toEqual({
          status,
          effect,
          calls: times,
          effects: effect === 'after' ? times : 0,
        })
        if (!isAnswer(body)) expect(fault.fate).toBe(times === 2 ? 'not_run' : 'unknown')
        else
          expect([fault.fate, fault.message]).toEqual(['answered', 'q must be one of a, b (JSON-RPC -32000)'])
      }
  })
})

/** Two: the call is sent again, and refused again. */
const SESSIONS = { 'keeps it': 0, 'opens one': 1, 'opens two': 2 }

describe('a lost session', () => {
  const connected = async (): Promise<{ server: CountingServer; connection: Connection }> => {
    const server = await countingServer('legacy')
    return { server, connection: await connect(endpointOf(server)) }
  }

  it.each([
    [404, 'none', 'opens one'],
    [404, 'lost session', 'opens two'],
    [500, 'text', 'opens one'],
    [401, 'text', 'opens one'],
    [410, 'none', 'opens one'],
    [409, 'json', 'opens one'],
    [400, 'lost session', 'opens one'],
    [400, 'text', 'keeps it'],
    [429, 'text', 'keeps it'],
    [403, 'json', 'keeps it'],
    [503, 'text', 'keeps it'],
    [500, 'answer', 'keeps it'],
  ] as const)('%i with %s: the next request %s', async (status, body, what) => {
    const { server, connection } = await connected()
    server.refuseWith({ status, body, effect: 'before' })
    await connection.call('write', {}, { deadline: 5_000 }).catch(() => {})
    await connection.listTools()
    expect(server.seen().sessions).toBe(SESSIONS[what])
    await connection.close()
    await server.close()
  })

  it('lets a tool that our policy trusts as read-only be called once more, and no more', async () => {
    const { server, connection } = await connected()
    for (const status of [500, 401, 404, 410, 409]) {
      server.refuseWith({ status, body: 'text', effect: 'after' })
      await connection.call('read', {}, { deadline: 5_000, repeatable: true }).catch(() => {})
      expect([status, server.seen().calls]).toEqual([status, 2])
    }
    server.refuseWith({ status: 503, body: 'text', effect: 'after' })
    await connection.call('read', {}, { deadline: 5_000, repeatable: true }).catch(() => {})
    expect(server.seen().calls).toBe(1)
    await connection.close()
    await server.close()
  })
})
