import type { PlatformSettings, RoutingSettings } from '../../src/config/project.ts'
import {
  type Ask,
  type Coordinator,
  type CoordinatorOptions,
  openCoordinator,
} from '../../src/coordinator/coordinator.ts'
import type { TurnRecord } from '../../src/coordinator/figures/record.ts'
import { openPlatform } from '../../src/platforms/open.ts'
import {
  type Finish,
  type ModelCall,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type Rerouted,
} from '../../src/platforms/platform.ts'
import type { PlatformTimeouts } from '../../src/platforms/timed.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { closing } from './closing.ts'
import { aPlatform, aRouting } from './platforms.ts'

/** The names under which the four stand in a configuration, with their fake instances. */
export const FOUR = {
  openai: 'openai',
  anthropic: 'anthropic',
  azure_openai: 'azure',
  google_gemini: 'google',
}
export type One = keyof typeof FOUR

export function settingsOf(
  fake: FakePlatforms,
  name: One,
  over: Partial<PlatformSettings> = {},
): PlatformSettings {
  const url = fake.url(FOUR[name])
  const azure = { endpoint: url, apiVersion: '2025-04-01-preview', baseModel: 'gpt-5.4-mini' }
  const own: Record<One, Partial<PlatformSettings>> = {
    openai: { kind: 'openai', models: ['gpt-5.4-mini'], baseUrl: url, dialect: 'responses' },
    anthropic: { kind: 'anthropic', models: ['claude-sonnet-5'], baseUrl: url },
    azure_openai: { kind: 'azure_openai', models: ['our-deployment'], azure },
    google_gemini: { kind: 'google_gemini', models: ['gemini-3.5-flash'], baseUrl: url },
  }
  return aPlatform(name, { ...own[name], ...over })
}

export interface Coordinated {
  fake: FakePlatforms
  coordinator: Coordinator
  turns: TurnRecord[]
  /** Of each platform, from its next turn on: so long at first that only a fault of the platform ends a turn. */
  timeouts: Record<One, PlatformTimeouts>
  /** Moves the coordinator's clock. */
  pass(milliseconds: number): void
  /** How long the coordinator has waited, each time; its clock moves by that. */
  waits: number[]
  /** One turn of one question, read to its end. */
  ask(more?: Partial<Ask>, request?: Partial<ModelRequest>, signal?: AbortSignal): Promise<Heard>
  close(): Promise<void>
}

export interface Heard {
  text: string
  calls: ModelCall[]
  finish: Finish | undefined
  rerouted: Rerouted[]
  notices: string[]
  fault: PlatformFault | undefined
}

export interface CoordinatedOptions extends Partial<Omit<CoordinatorOptions, 'platforms' | 'routing'>> {
  order?: readonly One[]
  routing?: Partial<RoutingSettings>
  over?: Partial<Record<One, Partial<PlatformSettings>>>
}

export const customer = { id: 'acme', name: 'Acme', environment: undefined, platformsAllowed: undefined }

/** The coordinator over real SDKs and the fake platforms, by a clock of its own. */
export async function coordinated(options: CoordinatedOptions = {}): Promise<Coordinated> {
  const { order = Object.keys(FOUR) as One[], routing, over = {}, ...more } = options
  const fake = await startFakePlatforms()
  const timeouts = timeoutsForAll()
  let time = Date.parse('2026-11-21T12:00:00Z')
  const turns: TurnRecord[] = []
  const waits: number[] = []
  const coordinator = openCoordinator({
    platforms: order.map(name => settingsOf(fake, name, over[name])),
    routing: aRouting(routing),
    secretOf: name => `key-of-${name}`,
    now: () => time,
    pause: async (milliseconds, signal) => {
      signal.throwIfAborted()
      waits.push(milliseconds)
      time += milliseconds
    },
    random: () => 0.5,
    record: turn => void turns.push(turn),
    open: (settings, secretOf, model) =>
      openPlatform(settings, secretOf, model, timeouts[settings.name as One]),
    ...more,
  })
  // What stands in for another is loaded while that one is waited for: nobody waits as long here.
  await Promise.allSettled(order.map(platform => coordinator.warm({ customer, platform })))
  return {
    fake,
    coordinator,
    turns,
    timeouts,
    waits,
    pass(milliseconds) {
      time += milliseconds
    },
    ask: (asked, request, signal) => hear(coordinator.forQuestion(asking(asked)).platform, request, signal),
    async close() {
      await coordinator.close()
      await fake.close()
    },
  }
}

function timeoutsForAll(): Record<One, PlatformTimeouts> {
  const long = () => ({ first: 20_000, idle: 20_000, turn: 60_000 })
  return { openai: long(), anthropic: long(), azure_openai: long(), google_gemini: long() }
}

/** The same, closed when the test that calls this is over. */
export async function world(options: CoordinatedOptions = {}): Promise<Coordinated> {
  return closing(await coordinated(options))
}

let questions = 0

export function asking(more: Partial<Ask> = {}): Ask {
  const question = String(++questions)
  return { customer, conversation: 'c', question, text: 'Which alerts?', isCritical: false, ...more }
}

export async function hear(
  platform: Platform,
  request: Partial<ModelRequest> = {},
  signal = new AbortController().signal,
): Promise<Heard> {
  const heard: Heard = { text: '', calls: [], finish: undefined, rerouted: [], notices: [], fault: undefined }
  const whole: ModelRequest = {
    system: 'be brief',
    messages: [{ role: 'user', text: 'Which alerts?' }],
    tools: [TOOL],
    ...request,
  }
  try {
    for await (const event of platform.stream(whole, signal)) {
      if (event.type === 'text') heard.text += event.text
      if (event.type === 'call') heard.calls.push(event.call)
      if (event.type === 'finish') heard.finish = event
      if (event.type === 'notice') heard.notices.push(event.text)
      if (event.type === 'rerouted') {
        heard.rerouted.push(event)
        heard.text = ''
        heard.calls = []
      }
    }
  } catch (error) {
    if (!(error instanceof PlatformFault)) throw error
    heard.fault = error
  }
  return heard
}

export const TOOL = {
  name: 'am__list_alerts',
  description: 'Alerts',
  inputSchema: { type: 'object', properties: { state: { type: 'string' } } },
}
