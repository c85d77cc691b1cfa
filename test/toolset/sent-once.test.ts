import { describe, expect, it } from 'vitest'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import type { Approve, Toolset } from '../../src/toolset/toolset.ts'
import { closing } from '../helpers/closing.ts'
import { type CountingServer, countingServer } from '../helpers/counting-server.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'

/** A read-write customer with the counting server, whose tool is trusted as read-only or not. */
async function world(
  trusted: boolean,
): Promise<{ server: CountingServer; toolset: Toolset; asked: () => number }> {
  const server = await countingServer('legacy')
  closing(server)
  const readOnly = { hints: false, tools: trusted ? ['write'] : [], patterns: [] }
  const customer = customerOf('acme', [serverOf('acme', 'tools', { readOnly, access: 'read-write' })], {
    access: 'read-write',
  })
  const pool = openPool(finder(new Map([['acme/tools', server]])))
  closing(pool)
  return { server, toolset: await buildToolset(customer, { pool, generation: 1 }), asked: () => questions }
}

let questions = 0
const yes: Approve = async () => {
  questions++
  return { allowed: true }
}
const called = (toolset: Toolset) => toolset.call('tools__write', {}, { approve: yes })

describe('a write that was approved once', () => {
  it.each([
    [400, 'answer without id', 'the request was rejected (HTTP 400): Bad Request'],
    [400, 'lost session', 'No valid session ID provided'],
    [500, 'text', 'internal error (HTTP 500): upstream said no'],
    [404, 'none', 'not found (HTTP 404)'],
    [404, 'text', 'upstream said no'],
    [502, 'none', 'bad gateway'],
    [401, 'json', 'not authorized (HTTP 401): upstream said no'],
  ] as const)(
    'runs once when the server answers %i with %s, and says that this is not known',
    async (status, body, words) => {
      questions = 0
      const { server, toolset, asked } = await world(false)
      server.refuseWith({ status, body, effect: 'after' })
      const { kind, text } = await called(toolset)
      expect([kind, server.seen().effects, asked()]).toEqual(['failed', 1, 1])
      expect(text).toContain(words)
      expect(text).toContain('unknown whether it ran')
    },
  )

  it("shows the server's own error where there is one, without a doubt", async () => {
    const { server, toolset } = await world(false)
    server.refuseWith({ status: 404, body: 'answer', effect: 'after' })
    const { text } = await called(toolset)
    expect(text).toBe('tools__write failed: q must be one of a, b (JSON-RPC -32000)')
    expect(server.seen().effects).toBe(1)
  })
})

describe('a tool that our policy trusts as read-only', () => {
  it('is called once more after a lost session, and is never in doubt', async () => {
    const { server, toolset } = await world(true)
    server.refuseWith({ status: 500, body: 'lost session', effect: 'after' })
    const { text } = await called(toolset)
    expect(server.seen().calls).toBe(2)
    expect(text).not.toContain('unknown whether')
  })
})
