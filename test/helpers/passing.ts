// Made results through a door, by every way that a client can ask for them.

import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { packageVersion } from '../../src/base/package-root.ts'
import { lineClient } from './line-client.ts'
import { asSent, madeResult } from './made-results.ts'
import { noise } from './noise.ts'
import { type RawMessage, rawClient } from './raw-client.ts'
import { type Era, rawUpstream } from './raw-upstream.ts'
import { type Serving, serving } from './serving.ts'

export const READ = { name: 'made', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }

/** The way of a call: past the SDK, through it (it wants progress), or over a socket. */
export type Lane = 'plain' | 'sdk' | 'lines'

export interface Passing {
  upstream: Era
  client: Era
  lane: Lane
}

export const PASSINGS: Passing[] = (['modern', 'legacy'] as const).flatMap(upstream => [
  { upstream, client: 'modern', lane: 'plain' } as const,
  { upstream, client: 'modern', lane: 'sdk' } as const,
  { upstream, client: 'legacy', lane: 'plain' } as const,
  { upstream, client: 'legacy', lane: 'sdk' } as const,
  { upstream, client: 'legacy', lane: 'lines' } as const,
])

/** Calls `times` times, and compares each result with what the server sent. */
export async function passes({ upstream: era, client, lane }: Passing, times: number): Promise<void> {
  const below = noise(times + era.length)
  let sent: Record<string, unknown> = {}
  const { url } = await rawUpstream({
    era,
    lists: { tools: [READ] },
    answer: () => ({ result: sent }),
  })
  const world = await serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url, trust_hints: true }] }],
  })
  const call = await callerFor(world, client, lane)
  for (let at = 0; at < times; at++) {
    sent = { ...(era === 'modern' && { resultType: 'complete' }), ...madeResult(below) }
    const { result, error } = await call({ name: 'alpha__made', arguments: {} })
    expect(error).toBeUndefined()
    const wanted = asSent(client === 'modern' ? stamped(sent) : sent)
    // Vitest takes a key `constructor` for the class of the object.
    if (!isDeepStrictEqual(result, wanted)) expect(JSON.stringify(result)).toBe(JSON.stringify(wanted))
  }
}

type Caller = (params: object) => Promise<RawMessage>

async function callerFor(world: Serving, era: Era, lane: Lane): Promise<Caller> {
  if (lane === 'lines') {
    const lines = await lineClient(world.state, 'acme')
    return params => lines.send('tools/call', params)
  }
  const client = await rawClient(world.url('acme'), { era, token: await world.token('acme') })
  const meta = lane === 'sdk' ? { _meta: { progressToken: 'mine' } } : {}
  return async params => (await client.send('tools/call', { ...params, ...meta })).answer
}

/** What the newer era demands of each result. */
function stamped(sent: Record<string, unknown>): Record<string, unknown> {
  const info = { name: 'supportmax', version: packageVersion() }
  const _meta = { ...(sent._meta as object), 'io.modelcontextprotocol/serverInfo': info }
  return { ...sent, resultType: 'complete', _meta }
}
