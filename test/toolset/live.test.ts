import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LOCAL } from '../../src/access/principal.ts'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { Fault, type ToolListing } from '../../src/mcp/connection.ts'
import type { ConnectionPool } from '../../src/mcp/pool.ts'
import { toolListing } from '../../src/mcp/wire/listing/tools.ts'
import { type LiveOptions, type LiveToolset, openLive } from '../../src/toolset/live/live.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf } from '../helpers/customer-of.ts'

const LOOK = { annotations: { readOnlyHint: true }, inputSchema: { type: 'object' } }

/** `alpha` lists these tools when `answer` says so. */
function world(answer: () => Promise<string[]>, options: Partial<LiveOptions> = {}) {
  const seen = { lists: 0, changes: 0 }
  const pool = {
    async listTools(): Promise<ToolListing> {
      seen.lists++
      const names = await answer()
      return { ...toolListing(names.map(name => ({ name, ...LOOK }))), hasResources: false }
    },
  } as unknown as ConnectionPool
  const customer = customerOf('acme', ['alpha'])
  const find = async () => Promise.reject(new Error('unused'))
  const live = openLive(customer, { pool, find, ...options })
  closing({ close: async () => live.close() })
  live.onChange(() => void seen.changes++)
  return { seen, live }
}

const namesOf = async (live: LiveToolset) => [...(await live.current()).definitions.keys()]
const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const refused = () => Promise.reject(new Fault('refused', 'nothing listens'))

describe('a toolset that follows its servers', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('stays as it is while a slow server is listed again', async () => {
    const { live, seen } = world(async () => {
      await new Promise(resolve => setTimeout(resolve, 300))
      return ['look']
    })
    const first = live.current()
    await advance(300)
    const { generation } = await first
    for (let round = 0; round < 20; round++) {
      live.refresh('alpha')
      await advance(150)
      expect(await namesOf(live)).toEqual(['alpha__look'])
    }
    expect([(await live.current()).generation, seen.changes]).toEqual([generation, 0])
  })

  it('lists a server that changes 100 times a second about once a second, and misses no change', async () => {
    let count = 0
    const { live, seen } = world(async () => [`look-${count}`])
    await advance(0)
    await live.current()
    for (; count < 3_000; count++) {
      live.refresh('alpha')
      await advance(10)
    }
    expect(seen.lists).toBeGreaterThan(25)
    expect(seen.lists).toBeLessThan(40)
    expect(seen.changes).toBeLessThan(40)
    await advance(2_000)
    expect(await namesOf(live)).toEqual(['alpha__look-3000'])
    await advance(10_000)
    live.refresh('alpha')
    const { lists } = seen
    await advance(100)
    expect(seen.lists).toBe(lists + 1)
  })

  it('keeps the tools of a server that is away, and drops them when it has not come back', async () => {
    let isAway = false
    const { live } = world(() => (isAway ? refused() : Promise.resolve(['look'])))
    await advance(0)
    await live.current()
    // It has been up for a long time.
    await advance(3_600_000)
    isAway = true
    live.refresh('alpha')
    await advance(TIMEOUTS.restart - 1_000)
    expect(await namesOf(live)).toEqual(['alpha__look'])
    await advance(1_200)
    expect(await namesOf(live)).toEqual([])
    expect((await live.current()).missing).toMatchObject([{ server: 'alpha' }])
    isAway = false
    await advance(5_000)
    expect(await namesOf(live)).toEqual(['alpha__look'])
  })

  it('looks for a server that has gone as soon as its tool is called', async () => {
    let isAway = false
    const { live } = world(() => (isAway ? refused() : Promise.resolve(['look'])))
    await advance(0)
    await live.current()
    isAway = true
    live.refresh('alpha')
    await advance(60_000)
    expect(await namesOf(live)).toEqual([])
    const call = async (name: string) => {
      const toolset = await live.currentFor(name)
      const approve = async () => ({ allowed: false, reason: 'no' }) as const
      return toolset.pass({ name, arguments: {} }, { by: LOCAL, approve })
    }
    expect(await call('alpha__look')).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringMatching(/^alpha__look is unavailable \(/) }] },
    })
    expect(await call('alpha__other')).toMatchObject({ error: { message: 'unknown tool alpha__other' } })
    isAway = false
    await advance(250)
    const { definitions } = await live.currentFor('alpha__look')
    expect([...definitions.keys()]).toEqual(['alpha__look'])
  })

  it('looks for a server that has gone when somebody lists the tools, and for no other', async () => {
    let isAway = false
    const { live, seen } = world(() => (isAway ? refused() : Promise.resolve(['look'])))
    await advance(0)
    await live.current()
    live.refreshMissing()
    await advance(60_000)
    expect(seen.lists).toBe(1)
    isAway = true
    live.refresh('alpha')
    await advance(60_000)
    isAway = false
    live.refreshMissing()
    await advance(200)
    expect(await namesOf(live)).toEqual(['alpha__look'])
  })

  it('does not wait for a silent server when asked for what there is now', async () => {
    const { live } = world(() => new Promise(() => {}))
    expect(live.peek().missing).toMatchObject([{ server: 'alpha', state: 'starting' }])
  })

  it('keeps the older generation after a fault of its own', async () => {
    const faults: unknown[] = []
    let stamp = () => 'a'
    const { live } = world(async () => ['look'], {
      stampOf: () => stamp(),
      onFault: error => void faults.push(error),
    })
    await advance(0)
    await live.current()
    const fault = new Error('a bug')
    stamp = () => {
      throw fault
    }
    live.refresh('alpha')
    await advance(400)
    expect(faults).toEqual([fault])
    expect(await namesOf(live)).toEqual(['alpha__look'])
  })

  it('does not list a server all the time whose stream ends whenever it is listed', async () => {
    const box: { live?: LiveToolset } = {}
    const { live, seen } = world(async () => {
      box.live?.refresh('alpha')
      return ['look']
    })
    box.live = live
    await advance(60_000)
    expect(seen.lists).toBeLessThan(70)
  })

  it('asks nobody after it was closed, also while a list was on its way', async () => {
    const { live, seen } = world(async () => {
      await new Promise(resolve => setTimeout(resolve, 300))
      return refused()
    })
    await advance(100)
    const waiting = live.current()
    live.close()
    expect([...(await waiting).definitions]).toEqual([])
    live.refresh()
    await advance(60_000)
    expect(seen.lists).toBe(1)
  })
})
