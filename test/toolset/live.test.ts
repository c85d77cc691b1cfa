import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TIMEOUTS } from '../../src/base/timeouts.ts'
import { Fault, type ToolListing } from '../../src/mcp/connection.ts'
import type { ConnectionPool } from '../../src/mcp/pool.ts'
import { toolListing } from '../../src/mcp/wire/listing/tools.ts'
import { type LiveToolset, openLive } from '../../src/toolset/live/live.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf } from '../helpers/customer-of.ts'

const LOOK = { annotations: { readOnlyHint: true }, inputSchema: { type: 'object' } }

/** `alpha` lists these tools when `answer` says so. */
function world(answer: () => Promise<string[]>) {
  const seen = { lists: 0, changes: 0 }
  const pool = {
    async listTools(): Promise<ToolListing> {
      seen.lists++
      const names = await answer()
      return { ...toolListing(names.map(name => ({ name, ...LOOK }))), hasResources: false }
    },
  } as unknown as ConnectionPool
  const customer = customerOf('acme', ['alpha'])
  const live = openLive(customer, { pool, find: async () => Promise.reject(new Error('unused')) })
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
