import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { ServerListener } from '../../src/mcp/connection.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder, serverOf } from '../helpers/customer-of.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterAll(() => void vi.useRealTimers())

const AN_HOUR = 3_600_000
async function anHour(): Promise<void> {
  await null
  vi.advanceTimersByTime(AN_HOUR)
}

const form = { message: 'who?', requestedSchema: { type: 'object', properties: {} } }

const asking = {
  legacy: (): ToolSketch['run'] => async (_args, _signal, ask) => (await ask(form)).action,
  modern: (): ToolSketch['run'] => {
    let calls = 0
    const request = { method: 'elicitation/create', params: form }
    return () => (++calls > 1 ? 'accept' : { resultType: 'input_required', inputRequests: { who: request } })
  },
}

/** A toolset whose only tool asks the person, who takes an hour to answer. */
async function hourly(kind: 'legacy' | 'modern', onRequest: ServerListener['onRequest']) {
  const server = closing(await startServer({ kind, tools: [{ name: 'ask', run: asking[kind]() }] }))
  const listener = { capabilities: { elicitation: { form: {} } }, onRequest, onNotice() {} }
  const pool = closing(openPool(finder(new Map([['acme/tools', server]])), undefined, () => listener))
  const readOnly = { hints: false, tools: ['ask'], patterns: [] }
  const customer = customerOf('acme', [serverOf('acme', 'tools', { readOnly })])
  const recorded: number[] = []
  const audit = {
    started: () => ({ number: 1 }),
    ended: (_call: object, { took }: { took: number }) => void recorded.push(took),
  }
  return { toolset: await buildToolset(customer, { pool, generation: 1, audit }), recorded }
}

const approve = async () => ({ allowed: true as const })

for (const kind of ['legacy', 'modern'] as const)
  it(`a call of a ${kind} server takes as long as the server, not as the person whom it asks`, async () => {
    const { toolset, recorded } = await hourly(kind, async () => {
      await anHour()
      return { action: 'accept', content: {} }
    })
    const { text, took } = await toolset.call('tools__ask', {}, { approve })
    expect(text).toBe('accept')
    expect([took, ...recorded].map(Math.round)).toEqual([0, 0])
  })

it('nor does the time count if the call is cancelled meanwhile', async () => {
  const cancelling = new AbortController()
  const { toolset, recorded } = await hourly('legacy', async () => {
    await anHour()
    cancelling.abort()
    return new Promise<never>(() => {})
  })
  const { kind, took } = await toolset.call('tools__ask', {}, { approve, signal: cancelling.signal })
  expect([kind, took, ...recorded.map(Math.round)]).toEqual(['cancelled', 0, 0])
})
