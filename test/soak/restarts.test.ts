// Reads while three servers are killed and started again twenty times each, and writes that must not run twice.

import { describe, expect, it } from 'vitest'
import { openPool } from '../../src/mcp/pool.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, startServer } from '../helpers/mcp-servers.ts'
import { hammer, percentile, poolOf, restarting, type Way, wrongWrites } from '../helpers/restarting.ts'

describe('10,000 reads, 16 at a time, of three servers that are killed 20 times each', () => {
  it.each<[Way[]]>([
    [['404', '400', 'sse']],
    [['bridge', '404', '400']],
    [['everything', 'everything-sse', '404']],
  ])('%j: none fails, and no write runs twice', async ways => {
    const servers = await Promise.all(ways.map(restarting))
    for (const one of servers) closing(one)
    const pool = closing(poolOf(servers))
    const found = await hammer(pool, servers, { reads: 10_000, restarts: 20, concurrency: 16 })
    const of = (values: readonly number[], part: number) => `${percentile(values, part)} ms`
    const outcomes = Map.groupBy(found.writes, one => one.outcome)
    console.log(
      [
        `${ways.join(', ')}: ${found.failed.length} of ${found.took.length} reads failed`,
        `reads p50 ${of(found.took, 0.5)}, p99 ${of(found.took, 0.99)}, longest ${of(found.took, 1)}`,
        `restarts p50 ${of(found.restarts, 0.5)}, longest ${of(found.restarts, 1)}`,
        ...[...Map.groupBy(found.late, one => one.server)].map(([way, late]) => {
          const after = late.map(one => one.took)
          return `${way}: ${late.length} reads waited; after it was back p50 ${of(after, 0.5)}, p99 ${of(after, 0.99)}, longest ${of(after, 1)}`
        }),
        `writes: ${[...outcomes].map(([outcome, list]) => `${outcome} ${list.length}`).join(', ')}`,
      ].join('\n  '),
    )
    expect(found.failed).toEqual([])
    expect(found.restarts.length).toBe(60)
    expect(wrongWrites(servers, found)).toEqual([])
  })
})

describe('a server that stays away', () => {
  it('is waited for once, and fails at once from then on until the server has answered again', async () => {
    const server = await startServer({ kind: 'legacy', tools: [echo] })
    let looks = 0
    const pool = closing(
      openPool(async () => {
        looks++
        return endpointOf(server)
      }),
    )
    const read = () =>
      pool.call({ customer: 'acme', server: 'tools' }, 'echo', { text: 'a' }, { repeatable: true })
    await read()
    await server.close()
    await expect(read()).rejects.toMatchObject({ kind: 'refused' })
    expect(looks).toBeGreaterThan(10)
    looks = 0
    await expect(read()).rejects.toMatchObject({ kind: 'refused' })
    expect(looks).toBe(1)
    closing(await startServer({ kind: 'legacy', tools: [echo], port: server.port }))
    expect(await read()).toMatchObject({ text: 'echo a' })
  })
})
