// A made-up month of two customers: questions with tools, faults, second tries and cross-checks.

import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerText, lostText } from '../../../src/agent/event-text.ts'
import type { AgentEvent } from '../../../src/agent/events.ts'
import { openBook } from '../../../src/agent/evidence/book.ts'
import { ask } from '../../../src/agent/question/ask.ts'
import type { Message, ModelRequest, Spent } from '../../../src/platforms/platform.ts'
import { openUsage, type UsageStore } from '../../../src/store/usage.ts'
import type { Toolset } from '../../../src/toolset/toolset.ts'
import type { Turn } from '../../fake-platforms/turn.ts'
import { placeIn, supportmax } from '../../helpers/cli.ts'
import { closing } from '../../helpers/closing.ts'
import { asking, customer, FOUR, TOOL, world } from '../../helpers/coordinated.ts'
import { newFolder } from '../../helpers/folder.ts'
import { noise } from '../../helpers/noise.ts'
import { type Baseline, LIST, type Line, type Vendor } from './account.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const SYSTEM = 'be brief '.repeat(1_500)
export const vendors = Object.keys(LIST) as Vendor[]
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

export interface History {
  folder: string
  store: UsageStore
  lines: Line[]
  shown: Shown[]
}

/** So many questions, asked and recorded where `supportmax` in `folder` finds them. */
export async function history(baseline: Baseline, questions: number): Promise<History> {
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
      book: openBook(),
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
