import type { Message, ToolSpec } from '../../platforms/platform.ts'
import { FIND_TOOLS } from './find.ts'
import { type Ranked, rankTools } from './search.ts'

/** Share of the places that is kept for what the conversation finds. */
const FOR_FOUND = 0.25
/** Below this there is no room to find anything. */
const FEWEST = 3

export interface Narrowed {
  tools: ToolSpec[]
  /** undefined: all of them are offered. */
  narrowed: { offered: number; of: number } | undefined
}

/**
 * The tools to offer where `most` fit into a request: find_tools, those that fit the conversation's first question
 * best in the toolset's order, and behind them those that it found or used, in the order of their coming. So nothing
 * in front changes from turn to turn, and the platform's cache of the prompt holds. Pure.
 */
export function narrow(specs: readonly ToolSpec[], messages: readonly Message[], most: number): Narrowed {
  if (specs.length <= most) return { tools: [...specs], narrowed: undefined }
  // Who finds has its name: a tool of the same name would be a second one.
  const own = specs.filter(spec => spec.name !== FIND_TOOLS.name)
  const finder = most >= FEWEST ? [FIND_TOOLS] : []
  const places = Math.max(0, most - finder.length)
  const forFound = finder.length > 0 ? Math.max(1, Math.floor(places * FOR_FOUND)) : 0
  const base = bestOf(own, firstQuestion(messages), places - forFound)
  const byName = new Map(own.filter(spec => !base.has(spec)).map(spec => [spec.name, spec]))
  const found = wanted(messages, forFound, byName)
  const tools = own.filter(spec => base.has(spec)).concat(found)
  return {
    tools: [...finder, ...tools],
    narrowed: { offered: tools.length, of: specs.length },
  }
}

/** The best by the question; where it says nothing of them, every server has its turn. */
function bestOf(specs: readonly ToolSpec[], question: string, most: number): Set<ToolSpec> {
  const seen = new Map<string, number>()
  const ranked = rankTools(specs, question).map((one: Ranked) => {
    const server = one.spec.name.split('__', 1)[0] ?? ''
    const place = seen.get(server) ?? 0
    seen.set(server, place + 1)
    return { ...one, place }
  })
  const best = ranked.sort((a, b) => b.score - a.score || a.place - b.place).slice(0, Math.max(0, most))
  return new Set(best.map(one => one.spec))
}

function firstQuestion(messages: readonly Message[]): string {
  const first = messages.find(message => message.role === 'user')
  return first?.role === 'user' ? first.text : ''
}

/** Tools that were found or called, in the order of their first coming; of too many those spoken of last. */
function wanted(
  messages: readonly Message[],
  most: number,
  byName: ReadonlyMap<string, ToolSpec>,
): ToolSpec[] {
  const spoken = messages.flatMap(spokenOf).filter(name => byName.has(name))
  const newest = new Set([...new Set(spoken.toReversed())].slice(0, most))
  return [...new Set(spoken)].filter(name => newest.has(name)).flatMap(name => byName.get(name) ?? [])
}

function spokenOf(message: Message): readonly string[] {
  if (message.role === 'assistant') return message.calls.map(call => call.name)
  return message.role === 'tool' ? (message.found ?? []) : []
}
