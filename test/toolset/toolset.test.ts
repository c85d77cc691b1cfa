import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import type { Customer } from '../../src/config/project.ts'
import type { Unavailable } from '../../src/mcp/endpoint.ts'
import { type ConnectionPool, openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import type { Approve } from '../../src/toolset/toolset.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'
import {
  echo,
  rawServer,
  type ServerOptions,
  sleeper,
  startServer,
  type TestServer,
} from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

async function kept<T extends { close(): Promise<void> }>(starting: T | Promise<T>): Promise<T> {
  const one = await starting
  closing(one)
  return one
}

type Table = Map<string, { url: string; token?: string } | Unavailable>
const never: Approve = async () => ({ allowed: false, reason: 'never' })
const write = { name: 'write', description: 'Changes it', run: () => 'written' }
const liar = { ...write, name: 'liar', annotations: { readOnlyHint: true } }

/** One server under the name of `tools`, its customer, and a pool that knows it. */
async function world(tools: ServerOptions['tools'], customer: Customer = customerOf('acme', ['tools'])) {
  const server = await kept(startServer({ kind: 'modern', tools }))
  const table: Table = new Map([[`${customer.id}/tools`, server]])
  const pool = await kept(openPool(finder(table)))
  const build = (more = {}) => buildToolset(customer, { pool, generation: 1, ...more })
  return { server, table, pool, customer, build }
}

describe('a read-only customer', () => {
  it('is offered only tools that are trusted to change nothing, and sees why the others are withheld', async () => {
    const { build, server } = await world([echo, write])
    const toolset = await build()
    expect(toolset.tools.map(tool => tool.name)).toEqual(['tools__echo'])
    expect(toolset.withheld).toEqual([
      {
        server: 'tools',
        tool: 'write',
        reason: 'it may change something, and the customer is read-only',
      },
    ])
    const forged = await toolset.call('tools__write', {}, { approve: async () => ({ allowed: true }) })
    expect(forged.kind).toBe('denied')
    expect(server.calls).toEqual([])
  })

  it('ignores the hint of a server whose hints are not trusted', async () => {
    const servers = [serverOf('acme', 'tools', { readOnly: { hints: false, tools: ['echo'], patterns: [] } })]
    const { build } = await world([echo, liar], customerOf('acme', servers))
    const toolset = await build()
    expect(toolset.tools.map(tool => tool.tool)).toEqual(['echo'])
    expect(toolset.withheld[0]?.reason).toContain('hint is not trusted')
  })
})

describe('a read-write customer', () => {
  const readWrite = customerOf('acme', ['tools'], { access: 'read-write' })

  it('is asked before a write, which does not happen if denied', async () => {
    const { build, server } = await world([write], readWrite)
    const toolset = await build()
    const asked: unknown[] = []
    const approve: Approve = async call => {
      asked.push(call)
      return { allowed: false, reason: 'the person said no' }
    }
    const refused = await toolset.call('tools__write', { a: 1 }, { approve })
    expect(refused).toMatchObject({
      kind: 'denied',
      text: 'tools__write was not run: the person said no',
    })
    expect(asked).toMatchObject([{ customer: 'acme', server: 'tools', tool: 'write', args: { a: 1 } }])
    expect(server.calls).toEqual([])
    const allowed = await toolset.call('tools__write', {}, { approve: async () => ({ allowed: true }) })
    expect(allowed).toMatchObject({ kind: 'answered', text: 'written' })
  })

  it('is not asked for a read', async () => {
    const { build } = await world([echo], readWrite)
    expect((await (await build()).call('tools__echo', { text: 'x' }, { approve: never })).kind).toBe(
      'answered',
    )
  })

  it('has a write dropped if its approval arrives after the toolset was retired', async () => {
    const { build, server } = await world([write], readWrite)
    const toolset = await build()
    let answer: (approval: { allowed: true }) => void = () => {}
    const work = toolset.call(
      'tools__write',
      {},
      {
        approve: () => new Promise(resolve => (answer = resolve)),
      },
    )
    toolset.retire()
    expect((await work).kind).toBe('cancelled')
    answer({ allowed: true })
    expect(server.calls).toEqual([])
  })
})

describe('a call', () => {
  it('to an unknown tool gets a suggestion, and its arguments must be an object', async () => {
    const toolset = await (await world([echo])).build()
    const unknown = await toolset.call('tools__ecko', {}, { approve: never })
    expect(unknown).toMatchObject({ kind: 'unknown_tool' })
    expect(unknown.text).toBe('unknown tool tools__ecko (did you mean "tools__echo"?)')
    expect((await toolset.call('tools__echo', ['x'], { approve: never })).kind).toBe('tool_error')
    expect((await toolset.call('tools__echo', undefined, { approve: never })).kind).toBe('tool_error')
  })

  it('has its result truncated at a character boundary, with a note, and secrets hidden first', async () => {
    hideSecret('canary-of-this-test')
    const text = `canary-of-this-test${'é'.repeat(1000)}`
    const toolset = await (await world([{ ...echo, run: () => text }])).build({ mostBytes: 64 })
    const { text: shown, cutBytes } = await toolset.call('tools__echo', {}, { approve: never })
    expect(shown).not.toContain('canary')
    expect(shown).not.toContain('\ufffd')
    expect(shown).toContain('[truncated: showing the first 64 bytes of 2.0 KB')
    expect(cutBytes).toBeGreaterThan(1900)
  })

  it('is cancelled with its toolset, and a late answer is dropped', async () => {
    const seen = { started: 0, cancelled: 0 }
    const toolset = await (await world([sleeper(seen)])).build()
    const work = toolset.call('tools__sleep', {}, { approve: never })
    await until('the call is in flight', () => seen.started === 1)
    toolset.retire()
    expect((await work).kind).toBe('cancelled')
    await until('the server heard of it', () => seen.cancelled === 1)
    expect((await toolset.call('tools__sleep', {}, { approve: never })).kind).toBe('cancelled')
    expect(seen.started).toBe(1)
  })
})

describe('a toolset', () => {
  it('is built from the servers that work, and lists the others with their cause', async () => {
    const page = await kept(
      rawServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>')),
    )
    const customer = customerOf('acme', ['tools', 'stopped', 'page', 'silent'])
    const silent = await kept(rawServer(() => {}))
    const { table, build, server } = await world([echo], customer)
    table.set('acme/page', page)
    table.set('acme/silent', silent)
    const pool = await kept(openPool(finder(table, { connect: 2_000 })))
    const toolset = await build({ pool })
    expect(toolset.tools.map(tool => tool.name)).toEqual(['tools__echo'])
    expect(toolset.missing.map(one => `${one.server} ${one.state}: ${one.reason}`)).toEqual([
      'stopped stopped: not started',
      'page unhealthy: the response is not MCP (HTTP 200): a web page',
      'silent unhealthy: connect: timed out after 2 s',
    ])
    expect(server.calls).toEqual([])
  })

  it('connects once if it is built twice in parallel', async () => {
    let initialized = 0
    const server = await kept(startServer({ kind: 'legacy', tools: [echo] }))
    const customer = customerOf('acme', ['tools'])
    const find = finder(new Map([['acme/tools', server]]))
    const pool = await kept(
      openPool(key => {
        initialized++
        return find(key)
      }),
    )
    await Promise.all([1, 2, 3].map(generation => buildToolset(customer, { pool, generation })))
    expect(initialized).toBe(1)
  })
})

describe('two customers with the same server names', () => {
  async function two() {
    const table: Table = new Map()
    const start = async (id: string, port?: number): Promise<TestServer> => {
      const tools = [{ ...echo, run: (args: Record<string, unknown>) => `${id} ${args.text}` }]
      const options = { kind: 'modern' as const, tools, token: `token-of-${id}`, ...(port ? { port } : {}) }
      const server = await kept(startServer(options))
      table.set(`${id}/tools`, { url: server.url, token: `token-of-${id}` })
      return server
    }
    const servers = { north: await start('north'), south: await start('south') }
    const pool: ConnectionPool = await kept(openPool(finder(table)))
    const set = (id: string) => buildToolset(customerOf(id, ['tools']), { pool, generation: 1 })
    return { table, servers, start, north: await set('north'), south: await set('south') }
  }

  it('get 1,000 interleaved answers, none from the wrong one', async () => {
    const { north, south } = await two()
    const ids = Array.from({ length: 1_000 }, (_, i) => i)
    const answers = await Promise.all(
      ids.map(i => (i % 2 ? north : south).call('tools__echo', { text: `${i}` }, { approve: never })),
    )
    expect(answers.map(one => one.text)).toEqual(ids.map(i => `${i % 2 ? 'north' : 'south'} ${i}`))
  })

  it('get errors rather than each other’s answers when their ports are swapped', async () => {
    const { servers, start, north, table } = await two()
    await servers.north.close()
    await servers.south.close()
    const before = new Map(table)
    const thief = await start('south', servers.north.port)
    // The leases have not changed: nothing has noticed yet that another customer's server listens there.
    for (const [key, value] of before) table.set(key, value)
    const kinds = new Set<string>()
    for (let i = 0; i < 5; i++) {
      const outcome = await north.call('tools__echo', { text: 'x' }, { approve: never })
      kinds.add(outcome.kind)
      expect(outcome.text).not.toContain('south')
    }
    expect([...kinds]).toEqual(['failed'])
    expect(thief.calls).toEqual([])
  })

  it('are found again after a port has moved', async () => {
    const { servers, start, north } = await two()
    await servers.north.close()
    await start('north')
    const answer = () => north.call('tools__echo', { text: 'moved' }, { approve: never })
    await until('the call reaches the new place', async () => (await answer()).text === 'north moved')
  })
})
