// Memory and file handles stay the same, whatever servers do.

import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/mcp/connection.ts'
import { closing } from '../helpers/closing.ts'
import { poolOf, type Restarting, restarting, type Way } from '../helpers/restarting.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What this process holds, after a collection. */
async function held() {
  for (let round = 0; round < 3; round++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return {
    megabytes: Math.round((heapUsed + external + arrayBuffers) / 1_048_576),
    handles: readdirSync('/proc/self/fd').length,
  }
}

async function started(way: Way): Promise<Restarting> {
  return closing(await restarting(way))
}

const keyOf = (way: Way) => ({ customer: 'acme', server: way })

async function connected(server: Restarting, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    const pool = poolOf([server])
    await pool.call(keyOf(server.way), 'read', { id: String(at) }, { repeatable: true })
    await pool.close()
  }
}

describe('10,000 connections that are opened and closed', () => {
  it.each<Way>(['404', 'sse'])('over %s leave nothing behind', async way => {
    const server = await started(way)
    await connected(server, 500)
    const before = await held()
    await connected(server, 10_000)
    const after = await held()
    console.log(`${way}: ${JSON.stringify({ before, after })}`)
    expect(after.handles - before.handles).toBeLessThanOrEqual(2)
    expect(after.megabytes - before.megabytes).toBeLessThanOrEqual(8)
  })
})

describe('answers that never end or are far too large', () => {
  it.each(['huge', 'endless', 'slow'])('%s: each is given up, and leaves nothing behind', async tool => {
    const server = await started('404')
    const pool = closing(poolOf([server]))
    const call = () =>
      pool.call(keyOf('404'), tool, {}, { repeatable: false, deadline: 2_000 }).catch(error => error)
    await call()
    const before = await held()
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 20)
    const rss = process.memoryUsage().rss
    const kinds = new Set<string>()
    for (let round = 0; round < 10; round++) {
      const faults = await Promise.all(Array.from({ length: 4 }, call))
      for (const fault of faults) kinds.add(fault instanceof Fault ? fault.kind : 'no fault')
    }
    clearInterval(watch)
    const after = await held()
    const growth = Math.round((most - rss) / 1_048_576)
    console.log(
      `${tool}: ${[...kinds]}, at most ${growth} MB more meanwhile: ${JSON.stringify({ before, after })}`,
    )
    expect([...kinds]).toEqual([tool === 'slow' ? 'timeout' : 'too_large'])
    expect(after.handles - before.handles).toBeLessThanOrEqual(4)
    expect(after.megabytes - before.megabytes).toBeLessThanOrEqual(8)
    // The connection still serves.
    expect(await pool.call(keyOf('404'), 'read', { id: '1' }, { repeatable: true })).toMatchObject({
      text: 'read 1',
    })
  })
})
