// Every number of money that a person or a script can see, against the account of account.ts.

import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { answerText, lostText } from '../../../src/agent/event-text.ts'
import type { AgentEvent } from '../../../src/agent/events.ts'
import { ask } from '../../../src/agent/question/ask.ts'
import { costTable } from '../../../src/chat/commands/platforms/cost.ts'
import type { PlatformRow } from '../../../src/coordinator/figures/report.ts'
import type { Savings } from '../../../src/coordinator/money/savings.ts'
import type { Message, ModelRequest, Spent } from '../../../src/platforms/platform.ts'
import { openUsage, type UsageStore } from '../../../src/store/usage.ts'
import type { Toolset } from '../../../src/toolset/toolset.ts'
import type { Turn } from '../../fake-platforms/turn.ts'
import { placeIn, supportmax } from '../../helpers/cli.ts'
import { closing } from '../../helpers/closing.ts'
import { asking, customer, FOUR, TOOL, world } from '../../helpers/coordinated.ts'
import { newFolder } from '../../helpers/folder.ts'
import { noise } from '../../helpers/noise.ts'
import { type Baseline, LIST, type Line, savedOn, sumOf, type Vendor } from './account.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const SYSTEM = 'be brief '.repeat(1_500)
const vendors = Object.keys(LIST) as Vendor[]
const over = Object.fromEntries(
  vendors.map(name => [
    name,
    { models: [LIST[name].model], prices: { [LIST[name].model]: LIST[name].price } },
  ]),
)

const toolset = {
  tools: [{ ...TOOL, server: 'am', tool: 'list_alerts' }],
  call: async () => ({ kind: 'answered', text: '3 alerts', took: 1, cutBytes: 0 }),
} as unknown as Toolset

/** What was on the screen at the end of one question, and what it had cost. */
interface Shown {
  question: number
  spent: Spent
  text: string | undefined
}

interface History {
  folder: string
  store: UsageStore
  lines: Line[]
  shown: Shown[]
}

/** So many questions, with tools, faults, second tries and cross-checks. */
async function history(baseline: Baseline, questions: number): Promise<History> {
  const below = noise(20_261_126)
  const folder = newFolder()
  const store = closing(openUsage(await usageFile(folder)))
  let now = Date.now() - 20 * DAY
  const current = {
    question: 0,
    customer: '',
    conversation: '',
    isAnswer: true,
    request: undefined as ModelRequest | undefined,
  }
  const [lines, shown]: [Line[], Shown[]] = [[], []]
  const { fake, coordinator } = await world({
    over,
    routing: { baseline, fallback: true },
    now: () => now,
    pause: async milliseconds => {
      now += milliseconds
    },
    prefixes: store.prefixes,
    record: store.add,
  })

  function bill(vendor: Vendor): Turn {
    const inputTokens = 4_000 + below(30_000)
    const cacheReadTokens = below(inputTokens >> 1)
    const cacheWriteTokens = vendor === 'google_gemini' ? 0 : below(inputTokens - cacheReadTokens)
    const usage = { inputTokens, outputTokens: 1 + below(800), cacheReadTokens, cacheWriteTokens }
    const end = (['refused', 'broken', 'filtered'] as const)[below(14)] ?? 'whole'
    const { request, isAnswer, ...who } = current
    const early = {
      anthropic: { ...usage, outputTokens: 1 },
      google_gemini: { inputTokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      openai: undefined,
      azure_openai: undefined,
    }
    const counts = end === 'refused' ? undefined : end === 'broken' ? early[vendor] : usage
    const { system = '', tools = [], messages = [] } = request ?? {}
    const texts = [JSON.stringify([system, tools]), ...messages.map(textOf)]
    lines.push({ vendor, ...who, isAnswer, at: now, end, counts, texts })
    if (end === 'refused') return { fault: 'server-error' }
    if (end === 'broken') return { text: 'half of an answer', usage, fault: 'cut' }
    if (end === 'filtered') return { text: 'I must not', usage, stop: 'filtered' }
    const isFirst = messages.at(-1)?.role === 'user'
    if (isAnswer && isFirst && below(3) === 0)
      return { usage, calls: [{ name: TOOL.name, args: { state: 'active' } }] }
    return { text: 'AGREE: yes', usage }
  }
  for (const vendor of vendors) fake.script(FOUR[vendor], () => bill(vendor))

  const conversations: Record<string, { id: string; messages: Message[] }> = {}
  for (let question = 0; question < questions; question++) {
    now += [20_000, MINUTE, 3 * MINUTE, 6 * MINUTE, 5 * 60 * MINUTE][below(5)] ?? 0
    const id = below(2) === 0 ? 'acme' : 'segura'
    const open = conversations[id]
    const conversation = open && below(6) > 0 ? open : { id: `${id}-${question}`, messages: [] }
    conversations[id] = conversation
    Object.assign(current, { question, customer: id, conversation: conversation.id, isAnswer: true })
    const isCritical = below(4) === 0
    const platform = isCritical || below(3) === 0 ? undefined : vendors[below(4)]
    const platforms = coordinator.forQuestion(
      asking({
        customer: { ...customer, id },
        conversation: conversation.id,
        question: String(question),
        platform,
      }),
    )
    const events = ask({
      platform: {
        ...platforms.platform,
        stream(request, signal) {
          current.request = request
          return platforms.platform.stream(request, signal)
        },
      },
      toolset,
      system: SYSTEM,
      history: conversation.messages,
      question: `question ${question} ${'of a long log '.repeat(below(1_000))}`,
      signal: new AbortController().signal,
      approve: async () => ({ allowed: true }),
      crossCheck: isCritical ? { witnesses: platforms, instructions: 'compare' } : undefined,
      spent: platforms.spent,
    })
    let step = await events.next()
    for (; !step.done; step = await events.next()) {
      if (step.value.type === 'cross-checking') current.isAnswer = false
      const { spent, text } = facesOf(step.value)
      if (spent) shown.push({ question, spent, text })
    }
    conversation.messages.push(...step.value)
  }
  writeFileSync(
    join(folder, 'mcp_servers.json'),
    JSON.stringify(documentFor(baseline, name => fake.url(FOUR[name]))),
  )
  return { folder, store, lines, shown }
}

/** Where the command line keeps the usage of the project in this folder. */
async function usageFile(folder: string): Promise<string> {
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers: [] }))
  await supportmax(placeIn(folder), 'costs')
  return join(folder, globSync('state/supportmax/*/usage.db', { cwd: folder })[0] ?? '')
}

function documentFor(baseline: Baseline, url: (vendor: Vendor) => string) {
  const own: Record<Vendor, object> = {
    openai: { base_url: url('openai'), dialect: 'responses' },
    anthropic: { base_url: url('anthropic') },
    azure_openai: {
      endpoint: url('azure_openai'),
      deployment: 'our-deployment',
      base_model: 'gpt-5.4-mini',
      api_version: '2025-04-01-preview',
    },
    google_gemini: { base_url: url('google_gemini') },
  }
  return {
    runtime: 'local',
    customers: ['Acme', 'Segura'].map(name => ({ name, mcp_servers: [] })),
    platforms: Object.fromEntries(
      vendors.map(name => {
        const {
          model,
          price: { input, output, cacheRead, cacheWrite },
        } = LIST[name]
        const prices = { [model]: { input, output, cache_read: cacheRead, cache_write: cacheWrite } }
        return [name, { ...own[name], ...(name !== 'azure_openai' && { model }), prices }]
      }),
    ),
    routing: { baseline },
  }
}

function textOf(message: Message): string {
  const calls =
    message.role === 'assistant' ? message.calls.map(call => `${call.name} ${call.rawArgs}`) : undefined
  return `${message.role}\n${message.text}\n${calls ? `${calls.join('\n')}\n` : ''}`
}

function facesOf(event: AgentEvent): { spent?: Spent | undefined; text?: string | undefined } {
  if (event.type === 'answer') return { spent: event.spent, text: answerText(event) }
  if (event.type === 'failed') return { spent: event.spent, text: lostText(event) }
  return {}
}

/** `$0.0123 + 2 unknown` as in a text; nothing is $0. */
function readAmount(text: string | undefined): { usd: number; unknown: number } {
  const [, usd = '0', unknown = '0'] = /\$([\d.]+)(?: \+ (\d+) unknown)?/.exec(text ?? '') ?? []
  return { usd: Number(usd), unknown: text?.includes('unknown amount') ? 1 : Number(unknown) }
}

async function json<T>(folder: string, ...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await supportmax(
    placeIn(folder, KEYS),
    ...args,
    '--since',
    '90d',
    '--json',
  )
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

/** The cost of the next question is not known: nobody needs a key to read what was spent. */
const KEYS = {}

interface Figures {
  cost: { usd: number; unknown: number }
  costUsd: number | null
  tokens: { inputTokens: number; outputTokens: number } | null
}

function expectSum(found: Figures | Spent | undefined, lines: readonly Line[], what: string): void {
  const { usd, unknown, tokens } = sumOf(lines)
  expect(found?.cost.usd, what).toBeCloseTo(usd, 9)
  expect(found?.cost.unknown, what).toBe(unknown)
  const usage = found && ('tokens' in found ? found.tokens : found.usage)
  expect((usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0), what).toBe(tokens)
  if (found && 'costUsd' in found && unknown > 0) expect(found.costUsd, what).toBeNull()
}

const monthOf = ({ at }: Line) =>
  `${new Date(at).getFullYear()}-${String(new Date(at).getMonth() + 1).padStart(2, '0')}`

it.each(['anthropic', 'openai'] as const)(
  '200 questions cost and save on every face what the account says, with %s as the baseline',
  async baseline => {
    const { folder, store, lines, shown } = await history(baseline, 200)
    const ends = new Set(lines.map(one => `${one.end} ${one.isAnswer}`))
    expect(ends.size, 'every end, in answers and in cross-checks').toBe(8)

    expect(shown).toHaveLength(200)
    for (const { question, spent, text } of shown) {
      const own = lines.filter(one => one.question === question)
      expectSum(spent, own, `question ${question}`)
      const { usd, unknown } = sumOf(own)
      expect(Math.abs(readAmount(text).usd - usd), `question ${question}: ${text}`).toBeLessThan(0.000_1)
      expect(readAmount(text).unknown).toBe(unknown)
    }

    const by = ['customer', 'platform', 'month'] as const
    type Row = Figures & Record<(typeof by)[number], string> & { requests: number }
    const costs = await json<{ rows: Row[]; total: Figures }>(folder, 'costs', '--by', by.join())
    expectSum(costs.total, lines, 'costs')
    expect(costs.rows.reduce((sum, one) => sum + one.requests, 0)).toBe(lines.length)
    for (const row of costs.rows) {
      const own = lines.filter(
        one => one.customer === row.customer && one.vendor === row.platform && monthOf(one) === row.month,
      )
      expect(row.requests).toBe(own.length)
      expectSum(row, own, by.map(key => row[key]).join())
    }

    type Report = { platforms: (PlatformRow & { costUsd: number | null })[]; savings: Savings }
    const { platforms, savings } = await json<Report>(folder, 'platforms')
    for (const row of platforms)
      expectSum(
        row,
        lines.filter(one => one.vendor === row.platform),
        row.platform,
      )
    expect(savings.actualUsd).toBeCloseTo(sumOf(lines).usd, 9)
    const saved = savedOn(baseline, lines)
    expect(savings.savedUsd?.least).toBeCloseTo(saved.least, 6)
    expect(savings.savedUsd?.most).toBeCloseTo(saved.most, 6)

    const place = placeIn(folder, KEYS)
    const metrics = (await supportmax(place, 'platforms', '--metrics', '--since', '90d')).stdout
    const metric = (name: string, vendor: Vendor) =>
      [...metrics.matchAll(new RegExp(`^${name}\\{.*platform="${vendor}".*\\} (\\S+)$`, 'gm'))].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      )
    for (const vendor of vendors) {
      const { usd, unknown } = sumOf(lines.filter(one => one.vendor === vendor))
      expect(metric('supportmax_model_cost_usd_total', vendor)).toBeCloseTo(usd, 9)
      expect(metric('supportmax_model_unpriced_requests_total', vendor)).toBe(unknown)
    }

    const conversation = lines.at(-1)?.conversation
    const table = costTable(store.turns(0, lines.at(-1)?.customer), conversation)
    const cell = (row: string) => readAmount(table.split('\n').find(line => line.includes(row)))
    const ofCustomer = lines.filter(one => one.customer === lines.at(-1)?.customer)
    for (const [row, some] of [
      ['this conversation', lines.filter(one => one.conversation === conversation)],
      ['this customer', ofCustomer],
      ...vendors.map(name => [`  ${name}`, ofCustomer.filter(one => one.vendor === name)] as const),
    ] as const) {
      expect(Math.abs(cell(row).usd - sumOf(some).usd), `${row}\n${table}`).toBeLessThan(0.006)
      expect(cell(row).unknown).toBe(sumOf(some).unknown)
    }
    for (const id of ['acme', 'segura'])
      expect(store.spentSince(0, id)).toBeCloseTo(sumOf(lines.filter(one => one.customer === id)).usd, 9)
  },
  120_000,
)
