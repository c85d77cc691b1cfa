import { describe, expect, it } from 'vitest'
import { outcomeWords } from '../../src/agent/event-text.ts'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openBook } from '../../src/agent/evidence/book.ts'
import { ask } from '../../src/agent/question/ask.ts'
import { SupportError } from '../../src/base/errors.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { type Platform, PlatformFault } from '../../src/platforms/platform.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf } from '../helpers/customer-of.ts'

const silent = () =>
  new SupportError('missing', 'Docker does not respond', { hint: 'run `docker info` to see why' })

/** A customer's pool whose lookup of servers throws this. */
function poolThat(error: () => Error) {
  const pool = openPool(async () => {
    throw error()
  })
  closing(pool)
  return pool
}

async function lastEvent(platform: Platform): Promise<AgentEvent | undefined> {
  const toolset = { tools: [], customer: { id: 'acme' } } as unknown as Toolset
  const { signal } = new AbortController()
  const asking = { platform, toolset, system: '', history: [], book: openBook(), question: 'why?', signal }
  let last: AgentEvent | undefined
  for await (const event of ask({ ...asking, approve: async () => ({ allowed: true }) })) last = event
  return last
}

const throwing = (error: Error): Platform => ({
  name: 'p',
  model: 'm',
  // biome-ignore lint/correctness/useYield: it fails before its first event.
  async *stream() {
    throw error
  },
})

describe('an error with a code and a hint', () => {
  it('of the engine stops the building of a toolset, with its code', async () => {
    const build = buildToolset(customerOf('acme', ['s']), { pool: poolThat(silent), generation: 1 })
    await expect(build).rejects.toMatchObject({ code: 'missing', message: 'Docker does not respond' })
  })

  it('of one server is that server, in its own words and without the name of a class', async () => {
    const broken = () => new SupportError('usage', 's: no port', { hint: 'set "port"' })
    const built = await buildToolset(customerOf('acme', ['s']), { pool: poolThat(broken), generation: 1 })
    const missing = { server: 's', state: 'unhealthy', reason: 's: no port', hint: 'set "port"' }
    expect(built.missing).toEqual([missing])
  })

  it('keeps both through a question, also inside the fault of a platform', async () => {
    expect(await lastEvent(throwing(silent()))).toEqual({
      type: 'failed',
      reason: 'Docker does not respond',
      hint: 'run `docker info` to see why',
      code: 'missing',
    })
    const cause = new SupportError('usage', 'no such file: key.json', { hint: 'set credentials_file' })
    const fault = new PlatformFault('vertex', 'auth', cause.message, { cause })
    expect(await lastEvent(throwing(fault))).toMatchObject({
      reason: 'vertex: no such file: key.json; this turn was discarded',
      hint: 'set credentials_file',
    })
  })

  it('has one hint: the remedy that the fault of a platform names, in place of the general one', async () => {
    const detail = { remedy: 'set "ca_file"' }
    const fault = new PlatformFault('openai', 'network', 'unknown CA: set "ca_file"; tried twice', detail)
    expect(await lastEvent(throwing(fault))).toMatchObject({
      reason: 'openai: unknown CA; tried twice; this turn was discarded',
      hint: 'set "ca_file"',
    })
  })
})

it.each([
  ['failed', 's__query failed: HTTP 403: no such tenant', 'HTTP 403: no such tenant'],
  ['tool_error', 'Prometheus answers 422:\nparse error', 'Prometheus answers 422: parse error'],
  ['denied', 's__write was not run: the engineer denied it', ''],
  ['denied', 's__write was not run: nobody could be asked', 'nobody could be asked'],
  [
    'failed',
    's__query is unavailable (stopped): not started',
    's__query is unavailable (stopped): not started',
  ],
  ['answered', 'all is well', ''],
  ['cancelled', 'cancelled', ''],
] as const)('a call that ended as %s with %j says %j', (kind, text, words) => {
  expect(outcomeWords({ kind, text })).toBe(words)
})
