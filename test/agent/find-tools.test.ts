import { expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { openBook } from '../../src/agent/evidence/book.ts'
import { ask } from '../../src/agent/question/ask.ts'
import { offersByCustomer } from '../../src/dialects/offer.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { asking, customer, world } from '../helpers/coordinated.ts'

/** Three hundred tools of which the last is the one that is needed. */
function toolset(ran: string[]): Toolset {
  const names = [...Array.from({ length: 299 }, (_, i) => `get_thing_${i}`), 'renew_certificate']
  return {
    customer: { ...customer, access: 'read-only' },
    generation: 1,
    tools: names.map(tool => ({
      name: `s__${tool}`,
      server: 's',
      tool,
      description: tool.replaceAll('_', ' '),
      inputSchema: { type: 'object', properties: {} },
      readOnly: true,
    })),
    withheld: [],
    leftOut: [],
    patterns: [],
    missing: [],
    async call(name) {
      ran.push(name)
      return { kind: 'answered', text: 'renewed', took: 1, cutBytes: 0 }
    },
    retire() {},
  }
}

const offered = (request: { body: Record<string, unknown> } | undefined) => {
  const tools = (request?.body.tools ?? []) as { name?: string; functionDeclarations?: { name: string }[] }[]
  return tools.flatMap(one => one.functionDeclarations?.map(tool => tool.name) ?? one.name ?? [])
}

it("a tool beyond the platform's limit is found and called, also after a switch to a stricter platform", async () => {
  const opened = await world({
    order: ['anthropic', 'openai'],
    offerFor: offersByCustomer(),
    over: { anthropic: { mostTools: 200 } },
  })
  const { fake, coordinator } = opened
  fake.script('anthropic', [
    { calls: [{ name: 'find_tools', args: { query: 'renew a certificate' } }] },
    { fault: 'overloaded' },
  ])
  fake.script('openai', [{ calls: [{ name: 's__renew_certificate', args: {} }] }, { text: 'Done.' }])
  const ran: string[] = []
  const events: AgentEvent[] = []
  const question = ask({
    platform: coordinator.forQuestion(asking()).platform,
    toolset: toolset(ran),
    system: 'be brief',
    history: [],
    book: openBook(),
    question: 'Show thing 7',
    signal: new AbortController().signal,
    approve: async () => ({ allowed: true }),
  })
  for await (const event of question) events.push(event)
  expect(events.at(-1)).toMatchObject({ type: 'answer', text: 'Done.', platform: 'openai' })
  expect(ran).toEqual(['s__renew_certificate'])
  const [first, second] = fake.requests('anthropic').map(offered)
  const [third, fourth] = fake.requests('openai').map(offered)
  expect([first, second, third, fourth].map(one => one?.length)).toEqual([151, 152, 98, 98])
  expect(first).not.toContain('s__renew_certificate')
  // What was there stays where it was, and what was found stands behind it: the cache of the prompt holds.
  expect(second).toEqual([...(first ?? []), 's__renew_certificate'])
  expect(third?.at(-1)).toBe('s__renew_certificate')
  expect(fourth).toEqual(third)
  const told = events.flatMap(event =>
    event.type === 'left-out' ? [[event.platform, event.narrowed?.of]] : [],
  )
  expect(told).toEqual([
    ['anthropic', 300],
    ['openai', 300],
  ])
  expect(fake.violations()).toEqual([])
})
