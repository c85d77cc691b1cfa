// The coordinator beside the vendors' bare SDKs, over the fake platforms on this machine.

import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { policyOf } from '../../src/coordinator/route/policy.ts'
import { FAULTS } from '../../test/fake-platforms/faults.ts'
import { type Coordinated, coordinated, FOUR, type One } from '../../test/helpers/coordinated.ts'
import { type Figure, median, milliseconds } from './figure.ts'

export async function platformFigures(): Promise<Figure[]> {
  return [...(await addedTime()), await switchTime(), await besideBareSwitch(), await manyAtOnce()]
}

/** A very fast vendor's time to its first token; real ones take about ten times as long. */
const FIRST_TOKEN_MS = 40
const RUNS = 120

/** Time to the first text, alternating between the bare SDK and the coordinator. */
async function addedTime(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const name of ['openai', 'anthropic', 'google_gemini'] as const) {
    const world = await coordinated({ order: [name] })
    world.fake.script(FOUR[name], [{ text: 'All is well.', delay: { first: FIRST_TOKEN_MS } }])
    const bare = BARE[name](world.fake.url(FOUR[name]))
    const ours = () => firstText(world)
    const sides: [number[], number[]] = [[], []]
    for (const side of [bare, ours, bare, ours]) await side()
    for (let i = 0; i < RUNS; i++) {
      sides[0].push(await ours())
      sides[1].push(await bare())
    }
    await world.close()
    const [a, b] = [median(sides[0]), median(sides[1])]
    figures.push({
      what: `first token, coordinator : bare SDK (${name})`,
      figure: (a / b).toFixed(3),
      aim: '<= 1.05 at p50, and at most 2 ms more',
      behind: `${milliseconds(a)} : ${milliseconds(b)}, ${milliseconds(a - b)} more`,
    })
  }
  return figures
}

async function firstText({ coordinator }: Coordinated): Promise<number> {
  const began = performance.now()
  const customer = { id: 'acme', name: 'Acme', environment: undefined, platformsAllowed: undefined }
  const ask = { customer, conversation: 'c', question: 'q', text: QUESTION, isCritical: false }
  const { platform } = coordinator.forQuestion(ask)
  const request = { system: 'be brief', messages: [{ role: 'user' as const, text: QUESTION }], tools: [] }
  let first = Number.NaN
  for await (const event of platform.stream(request, new AbortController().signal))
    if (event.type === 'text' && Number.isNaN(first)) first = performance.now() - began
  return first
}

const QUESTION = 'Which alerts are firing?'

/** Each vendor's stream, as in its documentation, read to the end; milliseconds to the first text. */
const BARE = {
  openai: (baseURL: string) => {
    const client = new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 })
    return () =>
      timed(
        () =>
          client.responses.create({
            model: 'gpt-5.4-mini',
            instructions: 'be brief',
            input: QUESTION,
            stream: true,
          }),
        event => event.type === 'response.output_text.delta',
      )
  },
  anthropic: (baseURL: string) => {
    const client = new Anthropic({ apiKey: 'k', baseURL, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: QUESTION }]
    const body = { model: 'claude-sonnet-5', max_tokens: 1_000, system: 'be brief', messages }
    return () =>
      timed(
        () => client.messages.create({ ...body, stream: true }),
        event => event.type === 'content_block_delta',
      )
  },
  google_gemini: (baseUrl: string) => {
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl } })
    const config = { systemInstruction: 'be brief' }
    return () =>
      timed(
        () => client.models.generateContentStream({ model: 'gemini-3.5-flash', contents: QUESTION, config }),
        chunk => Boolean(chunk.text),
      )
  },
}

async function timed<Event>(
  open: () => PromiseLike<AsyncIterable<Event>>,
  isText: (event: Event) => boolean,
): Promise<number> {
  const began = performance.now()
  let first = Number.NaN
  for await (const event of await open())
    if (Number.isNaN(first) && isText(event)) first = performance.now() - began
  return first
}

/** From a failure to the next platform's request, for each fault that another platform answers. */
async function switchTime(): Promise<Figure> {
  const switches: { what: string; ms: number; outside: number }[] = []
  for (const failing of Object.keys(FOUR) as One[]) {
    const next = (Object.keys(FOUR) as One[]).find(one => one !== failing) ?? failing
    const world = await coordinated({ order: [failing, next] })
    Object.assign(world.timeouts[failing], { first: 60, idle: 60 })
    for (const fault of FAULTS.filter(one => policyOf(one.kind).next === 'any')) {
      world.fake.reset()
      world.pass(24 * 3_600_000)
      world.fake.script(FOUR[failing], [
        { ...fault.turn, ...(fault.midway && { text: 'half an answer, no more' }) },
      ])
      const { rerouted } = await world.ask()
      const [one] = rerouted
      if (!one) throw new Error(`${failing}, ${fault.name}: no other platform was asked`)
      const [broken] = world.fake.requests(FOUR[failing])
      const [asked] = world.fake.requests(FOUR[next])
      const ms = one.switchMs ?? Number.NaN
      // Measured at the servers, so it includes both network paths.
      const outside = fault.hangs ? ms : (asked?.arrivedAt ?? 0) - (broken?.faultAt ?? 0)
      switches.push({ what: `${failing}, ${fault.name}`, ms, outside })
    }
    await world.close()
  }
  const sorted = switches.toSorted((a, b) => b.outside - a.outside)
  const worst = sorted[0] ?? { what: '', ms: Number.NaN, outside: Number.NaN }
  return {
    what: `failure -> next request, worst of ${switches.length} (faults x 4 platforms)`,
    figure: milliseconds(worst.outside),
    aim: '< 50 ms',
    behind: `from the fault's last byte to the next request; ${worst.what}, switchMs ${milliseconds(worst.ms)}; median ${milliseconds(median(switches.map(one => one.outside)))}, switchMs ${milliseconds(median(switches.map(one => one.ms)))}`,
  }
}

/** The same beside a try/catch around the bare SDKs, alternating, with everything loaded. */
async function besideBareSwitch(): Promise<Figure> {
  const world = await coordinated({ order: ['openai', 'anthropic'] })
  const { fake } = world
  const bare = { openai: BARE.openai(fake.url('openai')), anthropic: BARE.anthropic(fake.url('anthropic')) }
  /** Milliseconds at the servers. */
  const switchOf = async (ask: () => Promise<unknown>) => {
    fake.reset()
    world.pass(24 * 3_600_000)
    fake.script('openai', [{ fault: 'overloaded' }])
    await ask()
    return (fake.requests('anthropic')[0]?.arrivedAt ?? 0) - (fake.requests('openai')[0]?.faultAt ?? 0)
  }
  const sides: [number[], number[]] = [[], []]
  for (let i = 0; i < RUNS; i++) {
    sides[0].push(await switchOf(world.ask))
    sides[1].push(await switchOf(() => bare.openai().catch(bare.anthropic)))
  }
  await world.close()
  const [a, b] = [median(sides[0]), median(sides[1])]
  return {
    what: 'failure -> next request, warm, coordinator : bare SDKs',
    figure: (a / b).toFixed(2),
    aim: '<= 2, and at most 2 ms more',
    behind: `${milliseconds(a)} : ${milliseconds(b)}`,
  }
}

const MANY = 1_000

/** One process, every tenth answer failing on the first platform. */
async function manyAtOnce(): Promise<Figure> {
  const world = await coordinated({ order: ['openai', 'anthropic'] })
  world.fake.script('openai', (_request, turn) =>
    turn % 10 === 3 ? { fault: 'server-error' } : { text: `o${turn}` },
  )
  world.fake.script('anthropic', (_request, turn) => ({ text: `a${turn}` }))
  const began = performance.now()
  const heard = await Promise.all(Array.from({ length: MANY }, () => world.ask()))
  const took = performance.now() - began
  await world.close()
  const texts = new Set(heard.flatMap(one => (one.fault ? [] : one.text)))
  return {
    what: '1,000 questions at once on one process',
    figure: `${MANY - texts.size} lost`,
    aim: '0 lost',
    behind: `${milliseconds(took)} with the server in the same process, ${heard.filter(one => one.rerouted.length > 0).length} rerouted`,
  }
}
