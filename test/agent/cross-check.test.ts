import { describe, expect, it } from 'vitest'
import type { AgentEvent, FinalAnswer } from '../../src/agent/events.ts'
import { openBook } from '../../src/agent/evidence/book.ts'
import { ask } from '../../src/agent/question/ask.ts'
import type { RoutingSettings } from '../../src/config/project.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { asking, type Coordinated, customer, type One, world } from '../helpers/coordinated.ts'

function toolset(ran: string[]): Toolset {
  const tool = { server: 'am', tool: 'list_alerts', description: 'Alerts', readOnly: true }
  const inputSchema = { type: 'object', properties: {} }
  return {
    customer: { ...customer, access: 'read-only' },
    generation: 1,
    tools: [{ ...tool, name: 'am__list_alerts', inputSchema }],
    withheld: [],
    leftOut: [],
    patterns: [],
    missing: [],
    async call(name) {
      ran.push(name)
      return { kind: 'answered', text: '2 alerts: DiskFull, TrunkDown', took: 1, cutBytes: 0 }
    },
    retire() {},
  }
}

const call = { calls: [{ name: 'am__list_alerts', args: {} }] }

async function critical(
  order: One[],
  prepare: (fake: Coordinated['fake']) => void,
  { signal, ...routing }: Partial<RoutingSettings> & { signal?: AbortSignal } = {},
) {
  const opened = await world({ order, routing })
  prepare(opened.fake)
  const line = opened.coordinator.forQuestion(asking({ isCritical: true }))
  const ran: string[] = []
  const events: AgentEvent[] = []
  const question = ask({
    platform: line.platform,
    toolset: toolset(ran),
    system: 'be brief',
    history: [],
    book: openBook(),
    question: 'Which alerts?',
    signal: signal ?? new AbortController().signal,
    approve: async () => ({ allowed: true }),
    crossCheck: { witnesses: line, instructions: 'Compare them. VERDICT: AGREE or VERDICT: DIFFER' },
  })
  for await (const event of question) events.push(event)
  const answer = events.find((one): one is FinalAnswer => one.type === 'answer')
  return { ...opened, ran, events, answer }
}

describe('a critical question', () => {
  it('is answered by two platforms from the same results, the tools run once, and a third says where they differ', async () => {
    const { answer, ran, fake, turns, events } = await critical(
      ['openai', 'anthropic', 'google_gemini'],
      fake => {
        fake.script('openai', [call, { text: 'Two alerts: DiskFull and TrunkDown.' }])
        fake.script('anthropic', [{ text: 'One alert: DiskFull.' }])
        fake.script('google', [{ text: 'VERDICT: DIFFER\nDiffer: two against one; the results show two.' }])
      },
    )
    expect(ran).toEqual(['am__list_alerts'])
    expect(events.find(one => one.type === 'cross-checking')).toMatchObject({ platforms: ['anthropic'] })
    expect(answer?.crossCheck).toMatchObject({
      verdict: 'differ',
      answers: [
        { platform: 'openai', text: 'Two alerts: DiskFull and TrunkDown.' },
        { platform: 'anthropic', text: 'One alert: DiskFull.' },
      ],
      judge: { platform: 'google_gemini' },
    })
    expect(answer?.text).toContain('Two alerts: DiskFull and TrunkDown.\n\n**Cross-check: they differ.**')
    expect(answer?.text).toContain('two against one; the results show two')
    expect(JSON.stringify(fake.requests('anthropic')[0]?.body)).toContain('2 alerts: DiskFull, TrunkDown')
    expect(turns.map(one => [one.platform, one.purpose])).toEqual([
      ['openai', 'answer'],
      ['openai', 'answer'],
      ['anthropic', 'cross-check'],
      ['google_gemini', 'judge'],
    ])
    expect(fake.violations()).toEqual([])
  })

  it('with two platforms is judged by the first, which does not know whose answers they are', async () => {
    const { answer, fake } = await critical(['openai', 'anthropic'], fake => {
      fake.script('openai', [call, { text: 'Two.' }, { text: 'VERDICT: AGREE\nAgree: two alerts.' }])
      fake.script('anthropic', [{ text: 'There are two.' }])
    })
    expect(answer?.crossCheck).toMatchObject({ verdict: 'agree', judge: { platform: 'openai' } })
    expect(answer?.text).toContain('**Cross-check: they agree.** anthropic')
    const judged = JSON.stringify(fake.requests('openai')[2]?.body)
    expect(judged).toContain('There are two.')
    expect(judged).not.toMatch(/anthropic|claude/)
    expect(fake.violations()).toEqual([])
  })

  it('is judged by the configured platform', async () => {
    const { answer } = await critical(
      ['openai', 'anthropic', 'azure_openai'],
      fake => fake.script('anthropic', [{ text: 'VERDICT: AGREE' }]),
      { judge: 'anthropic' },
    )
    expect(answer?.crossCheck?.judge?.platform).toBe('anthropic')
  })

  it('is judged by the configured platform, whatever the strategy and the tiers prefer', async () => {
    const tiers = { cheap: ['openai'], standard: ['openai'], premium: ['openai'] }
    const routing = { judge: 'google_gemini', strategy: 'cost_optimized' as const, tiers }
    const { answer, fake } = await critical(['openai', 'anthropic', 'google_gemini'], () => {}, routing)
    expect(answer?.crossCheck?.judge?.platform).toBe('google_gemini')
    expect(fake.requests('openai')).toHaveLength(1)
  })

  it('with four platforms is answered by three', async () => {
    const { answer } = await critical(['openai', 'anthropic', 'azure_openai', 'google_gemini'], () => {})
    expect(answer?.crossCheck?.answers.map(one => one.platform)).toEqual([
      'openai',
      'anthropic',
      'azure_openai',
    ])
    expect(answer?.crossCheck?.judge?.platform).toBe('google_gemini')
  })

  it('reports what could not be checked, and does not fail', async () => {
    const failing = await critical(['openai', 'anthropic'], fake =>
      fake.script('anthropic', [{ fault: 'overloaded' }]),
    )
    expect(failing.answer?.crossCheck).toMatchObject({ verdict: 'unclear', judge: undefined })
    expect(failing.answer?.text).toMatch(
      /Cross-check: no verdict.*\n\nNo other platform could answer\.\n\nanthropic .* could not answer/,
    )
    const alone = await critical(['openai'], () => {})
    expect(alone.answer?.text).toContain('No second platform is available')
  })

  it('keeps its answer if it is cancelled before the others have answered', async () => {
    const abort = new AbortController()
    const { answer } = await critical(
      ['openai', 'anthropic'],
      fake => {
        fake.script('openai', [{ text: 'Two alerts.' }])
        fake.script('anthropic', () => {
          abort.abort(new Error('the deadline'))
          return { fault: 'hang' }
        })
      },
      { signal: abort.signal },
    )
    expect(answer?.text).toMatch(
      /^Two alerts\.\n\n\*\*Cross-check: no verdict\.[\s\S]*Cancelled before the other platforms/,
    )
  })

  it('names no judge if none could compare', async () => {
    const { answer } = await critical(['openai', 'anthropic'], fake => {
      fake.script('openai', [{ text: 'Two.' }, { fault: 'overloaded' }])
      fake.script('anthropic', [{ text: 'One.' }, { fault: 'server-error' }])
    })
    expect(answer?.crossCheck).toMatchObject({ verdict: 'unclear', judge: undefined })
    expect(answer?.text).toContain('The comparison failed: no platform could answer')
    expect(answer?.text).not.toContain('compared by')
  })

  it('has no verdict if the judge gives none, and shows every answer with its platform', async () => {
    const { answer } = await critical(['openai', 'anthropic', 'google_gemini'], fake => {
      fake.script('openai', [call, { text: 'Two alerts.' }])
      fake.script('anthropic', [{ text: 'One alert.' }])
      fake.script('google', [{ text: 'Hard to say.' }])
    })
    const [first, second] = answer?.crossCheck?.answers ?? []
    const judge = answer?.crossCheck?.judge
    expect(answer?.text).toBe(
      [
        'Two alerts.',
        '**Cross-check: no verdict.** It is not known whether the answers agree.',
        `google_gemini (${judge?.model}) compared them without a verdict: Hard to say.`,
        `**Answer 1: openai (${first?.model})** gave the answer above.`,
        `**Answer 2: anthropic (${second?.model})**`,
        'One alert.',
      ].join('\n\n'),
    )
    expect(answer?.crossCheck).toMatchObject({ verdict: 'unclear', comparison: 'Hard to say.' })
  })
})
