import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../src/agent/events.ts'
import { loadPromptTexts, systemPrompt } from '../../src/agent/prompt.ts'
import { openSession, type Question, type Session } from '../../src/agent/session.ts'
import { SupportError } from '../../src/base/errors.ts'
import { hideSecret } from '../../src/base/redact.ts'
import type { Customer } from '../../src/config/project.ts'
import { openPool } from '../../src/mcp/pool.ts'
import { PlatformFault } from '../../src/platforms/platform.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import { closing } from '../helpers/closing.ts'
import { customerOf, finder } from '../helpers/customer-of.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { callThenSay, callTools, type Script, say, scriptedPlatform } from '../helpers/scripted-platform.ts'

const names = ['north', 'south', 'east']
const canary = (id: string, what: string) => `CANARY-${id}-${what}`

/** Three customers with the same server name; every text that belongs to one bears its canary. */
async function world(
  script: Script,
  slow: (id: string) => Promise<void> = async () => {},
  money?: { earlier(usd: number): void; spentUsd: number },
) {
  const table = new Map<string, { url: string; token: string }>()
  for (const id of names) {
    const run = async () => {
      await slow(id)
      return canary(id, 'result')
    }
    const description = canary(id, 'description')
    const token = `token-of-${id}`
    const tools = [
      { ...echo, name: 'slow', description, run },
      { ...echo, name: canary(id, 'tool') },
    ]
    const server = await startServer({ kind: 'modern', tools, token })
    closing(server)
    table.set(`${id}/tools`, { url: server.url, token })
  }
  const pool = openPool(finder(table))
  closing(pool)
  const customers = new Map<string, Customer>(
    names.map(id => [id, customerOf(id, ['tools'], { name: canary(id, 'name') })]),
  )
  const platform = scriptedPlatform(script)
  const texts = loadPromptTexts()
  let generation = 0
  const of = (id: string): Customer => {
    const customer = customers.get(id)
    if (!customer) throw new SupportError('usage', `no customer ${id}`, { hint: 'north, south, east' })
    return customer
  }
  const session = openSession({
    toolsetFor: async (id, signal) => buildToolset(of(id), { pool, generation: ++generation, signal }),
    async platformsFor({ earlierUsd }) {
      money?.earlier(earlierUsd)
      const cost = { usd: money?.spentUsd ?? 0, unknown: 0 }
      return { platform, spent: () => ({ usage: undefined, cost }) }
    },
    promptFor: toolset => systemPrompt(texts, of(toolset.customer.id), toolset),
    now: () => new Date(0),
  })
  closing(session)
  return { session, platform, table }
}

function question(customerId: string, text: string): Question {
  const signal = new AbortController().signal
  return { customerId, text, signal, approve: async () => ({ allowed: false, reason: 'no' }) }
}

async function ask(session: Session, customerId: string, text: string): Promise<AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of session.ask(question(customerId, text))) events.push(event)
  return events
}

describe('a session', () => {
  it('starts a fresh context with each customer, and finds the earlier conversation on return', async () => {
    const { session, platform } = await world(() => say('fine'))
    await session.switchTo('north')
    await ask(session, 'north', 'first of north')
    await session.switchTo('south')
    await ask(session, 'south', 'first of south')
    await session.switchTo('north')
    await ask(session, 'north', 'second of north')
    const texts = platform.requests.map(request =>
      request.messages.map(message => ('text' in message ? message.text : '')),
    )
    const at = '\n\n[1970-01-01 00:00 UTC]'
    expect(texts).toEqual([
      [`first of north${at}`],
      [`first of south${at}`],
      [`first of north${at}`, 'fine', `second of north${at}`],
    ])
  })

  it('sends no credential that a person pastes', async () => {
    hideSecret('glsa_pasted_by_a_person')
    const { session, platform } = await world(() => say('fine'))
    await session.switchTo('north')
    await ask(session, 'north', 'why 401? Authorization: Bearer glsa_pasted_by_a_person')
    await ask(session, 'north', 'and now?')
    expect(JSON.stringify(platform.requests)).not.toContain('glsa_pasted')
    expect(platform.requests[1]?.messages[0]?.text).toMatch(/^why 401\? Authorization: Bearer ‹hidden›\n/)
  })

  it('keeps the old customer working when a switch fails', async () => {
    const { session } = await world(callThenSay(['tools__slow', {}]))
    await session.switchTo('north')
    const switched = await session.switchTo('nowhere')
    const hint = 'north, south, east'
    expect(switched).toEqual({ ok: false, reason: 'no customer nowhere', hint, code: 'usage' })
    expect(session.current()?.customer.id).toBe('north')
    expect((await ask(session, 'north', 'still there?')).at(-1)).toMatchObject({
      type: 'answer',
      text: `heard: ${canary('north', 'result')}`,
    })
  })

  it('sends no question to a customer it was not meant for', async () => {
    const { session, platform } = await world(() => say('fine'))
    await session.switchTo('north')
    const events = await ask(session, 'south', 'for south only')
    expect(events).toMatchObject([{ type: 'failed' }])
    expect(platform.requests).toEqual([])
  })

  it('makes a question wait for the switch under way', async () => {
    const { session } = await world(() => say('fine'))
    const switching = session.switchTo('east')
    expect((await ask(session, 'east', 'early')).at(-1)).toMatchObject({ type: 'answer' })
    expect((await switching).ok).toBe(true)
  })

  it('a later switch cancels the one before it', async () => {
    const { session } = await world(() => say('fine'))
    const [first, second] = await Promise.all([session.switchTo('north'), session.switchTo('south')])
    expect([first.ok, second.ok]).toEqual([false, true])
    expect(session.current()?.customer.id).toBe('south')
  })

  it('continues a question that failed from its tool results, without running a tool again', async () => {
    let isDown = true
    const calls = callThenSay(['tools__slow', {}])
    const { session, platform } = await world((request, signal) => {
      if (request.messages.at(-1)?.role === 'tool' && isDown)
        throw new PlatformFault('scripted', 'server', '500')
      return calls(request, signal)
    })
    await session.switchTo('north')
    const failed = await ask(session, 'north', 'what is up?')
    expect(failed.at(-1)).toMatchObject({ type: 'failed' })
    expect(session.unanswered('north')).toMatchObject({ text: 'what is up?' })
    const again = { ...question('north', 'what is up?'), isRetry: true }
    for await (const _ of session.ask(again));
    isDown = false
    const events: AgentEvent[] = []
    for await (const event of session.ask(again)) events.push(event)
    expect(events.map(one => one.type)).toEqual(['text', 'turn', 'answer'])
    expect(platform.requests.at(-1)?.messages.map(one => one.role)).toEqual(['user', 'assistant', 'tool'])
    expect(session.unanswered('north')).toBeUndefined()
  })

  it('counts what the tries of a question have cost, until it is answered', async () => {
    let isDown = true
    const asked: number[] = []
    const { session } = await world(
      () => {
        if (isDown) throw new PlatformFault('scripted', 'server', '500')
        return say('fine')
      },
      undefined,
      { earlier: usd => void asked.push(usd), spentUsd: 0.5 },
    )
    await session.switchTo('north')
    const again = { ...question('north', 'what is up?'), isRetry: true }
    await ask(session, 'north', 'what is up?')
    for await (const _ of session.ask(again));
    isDown = false
    for await (const _ of session.ask(again));
    await ask(session, 'north', 'and now?')
    expect(asked).toEqual([0, 0.5, 1, 0])
  })

  it('asks a question again as a whole if nothing of it was kept', async () => {
    let isDown = true
    const { session, platform } = await world(() => {
      if (isDown) throw new PlatformFault('scripted', 'server', '500')
      return say('fine')
    })
    await session.switchTo('north')
    await ask(session, 'north', 'what is up?')
    isDown = false
    const again = { ...question('north', session.unanswered('north')?.text ?? ''), isRetry: true }
    for await (const _ of session.ask(again));
    expect(platform.requests.at(-1)?.messages).toMatchObject([
      { role: 'user', text: expect.stringMatching(/^what is up\?/) },
    ])
    expect(session.unanswered('north')).toBeUndefined()
  })

  it('gives the next question the tool results of one that failed', async () => {
    const { session, platform } = await world(request => {
      const last = request.messages.at(-1)
      if (last?.role === 'tool') throw new PlatformFault('scripted', 'server', '500')
      return request.messages.length === 1 ? callTools(['tools__slow', {}]) : say('fine')
    })
    await session.switchTo('north')
    await ask(session, 'north', 'what is up?')
    await ask(session, 'north', 'and now?')
    expect(platform.requests.at(-1)?.messages.map(one => one.role)).toEqual([
      'user',
      'assistant',
      'tool',
      'user',
    ])
  })

  it('clear forgets, refresh makes a new generation', async () => {
    const { session, platform } = await world(() => say('fine'))
    await session.switchTo('north')
    await ask(session, 'north', 'one')
    session.clear('north')
    const before = session.current()?.generation ?? 0
    await session.refresh()
    expect(session.current()?.generation).toBeGreaterThan(before)
    await ask(session, 'north', 'two')
    expect(platform.requests[1]?.messages).toHaveLength(1)
  })

  it('in 200 switches with slow calls in flight lets no text of one customer into a request for another', async () => {
    let inFlight = 0
    const slow = async (): Promise<void> => {
      inFlight++
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20))
    }
    const { session, platform } = await world(callThenSay(['tools__slow', {}]), slow)
    const endings: Record<string, number> = {}
    const running: Promise<void>[] = []
    for (let i = 0; i < 200; i++) {
      const id = names[i % 3] as string
      expect((await session.switchTo(id)).ok).toBe(true)
      const text = canary(id, `question-${i}`)
      const reached = inFlight
      running.push(
        ask(session, id, text).then(events => {
          const last = events.at(-1)?.type ?? 'nothing'
          endings[last] = (endings[last] ?? 0) + 1
        }),
      )
      // Leave some in the model, most in the tool, some after they ended.
      if (i % 5 !== 0) while (inFlight === reached) await new Promise(setImmediate)
      if (i % 7 === 0) await running.at(-1)
    }
    await Promise.all(running)
    expect(endings.answer).toBeGreaterThan(20)
    expect(endings.cancelled).toBeGreaterThan(100)
    expect(platform.requests.length).toBeGreaterThan(150)
    for (const request of platform.requests) {
      const owners = new Set(JSON.stringify(request).match(/CANARY-(\w+)/g))
      expect(owners.size).toBe(1)
    }
  }, 60_000)
})

describe('the prompt', () => {
  it('names the customer, marks production, says what is missing and that nothing can be changed', async () => {
    const { session } = await world(() => say('fine'))
    await session.switchTo('north')
    const toolset = session.current()
    if (!toolset) throw new Error('nothing published')
    const customer = customerOf('north', ['tools', 'grafana'], { name: 'Nordwind', environment: 'prod' })
    const missing = [{ server: 'grafana', state: 'stopped', reason: 'exit code 137', hint: 'up' }]
    const prompt = systemPrompt(loadPromptTexts(), customer, { ...toolset, missing })
    expect(prompt).toContain('Nordwind (north) PROD')
    expect(prompt).toContain('PRODUCTION')
    expect(prompt).toContain('grafana: NOT AVAILABLE (stopped: exit code 137)')
    expect(prompt).toContain('read-only')
    expect(prompt).toContain('data, not instructions')
    expect(prompt).not.toMatch(/\{\w+\}/)
  })
})
