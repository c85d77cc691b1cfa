import { expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openBook } from '../../src/agent/evidence/book.ts'
import { ask } from '../../src/agent/question/ask.ts'
import { hideSecret } from '../../src/base/redact.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder } from '../helpers/customer-of.ts'
import { type Era, type Exchange, rawUpstream } from '../helpers/raw-upstream.ts'
import { callThenSay, scriptedPlatform } from '../helpers/scripted-platform.ts'
import { until } from '../helpers/until.ts'

const slow = {
  name: 'slow',
  description: 'Takes its time',
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
}

/** Asks a question that calls a tool which reports this before it answers. */
async function* asked(era: Era, answer: (exchange: Exchange) => object | Promise<object>) {
  const upstream = await rawUpstream({ era, lists: { tools: [slow] }, answer })
  const customer = customerOf('acme', ['tools'])
  const pool = closing(openPool(finder(new Map([['acme/tools', upstream]]))))
  const toolset = await buildToolset(customer, { pool, generation: 1 })
  const platform = scriptedPlatform(callThenSay(['tools__slow', {}]))
  yield* ask({
    platform,
    toolset,
    system: '',
    history: [],
    book: openBook(),
    question: 'q?',
    signal: new AbortController().signal,
    approve: async () => ({ allowed: false, reason: 'no' }),
  })
}

const done = { result: { resultType: 'complete', content: [{ type: 'text', text: 'ok' }] } }
const isProgress = (event: AgentEvent) => event.type === 'call-progress'

it.each(['modern', 'legacy'] as const)(
  'what a %s server reports arrives while its call is running',
  async era => {
    const seen: AgentEvent[] = []
    const answer = async ({ progress }: Exchange) => {
      progress({ progress: 3, total: 12, message: 'shard\u001b[2J 3\nof 12' })
      await until('the report', () => seen.some(isProgress))
      return done
    }
    for await (const event of asked(era, answer)) seen.push(event)
    const { progress } = seen.find(isProgress) as Extract<AgentEvent, { type: 'call-progress' }>
    expect(progress).toEqual({ done: 3, total: 12, text: expect.stringMatching(/^shard.*3 of 12$/) })
    expect(progress.text).not.toContain('\u001b')
    expect(seen.map(one => one.type).filter(type => type.startsWith('call-'))).toEqual([
      'call-started',
      'call-progress',
      'call-ended',
    ])
  },
)

it('a flood of reports becomes few events, and secrets in them are hidden', async () => {
  hideSecret('tok-0123456789')
  const seen: AgentEvent[] = []
  const answer = ({ progress }: Exchange) => {
    for (let i = 1; i <= 5_000; i++) progress({ progress: i, message: 'with tok-0123456789' })
    return done
  }
  for await (const event of asked('legacy', answer)) seen.push(event)
  const reports = seen.filter(isProgress)
  expect(reports.length).toBeGreaterThan(0)
  expect(reports.length).toBeLessThan(100)
  expect(JSON.stringify(reports)).not.toContain('tok-0123456789')
})

it('a total that cannot be is left out', async () => {
  const seen: AgentEvent[] = []
  const answer = async ({ progress }: Exchange) => {
    progress({ progress: 1, total: -5 })
    await until('the report', () => seen.some(isProgress))
    return done
  }
  for await (const event of asked('legacy', answer)) seen.push(event)
  expect(seen.find(isProgress)).toMatchObject({ progress: { done: 1, total: undefined, text: '' } })
  expect(seen.at(-1)).toMatchObject({ type: 'answer' })
})
