import type { Message, ToolSpec } from '../../platforms/platform.ts'
import { FIND_TOOLS } from './find.ts'
import { type RankedTool, rankTools } from './search.ts'

/** Share of the slots that is reserved for tools found during the conversation. */
const FOR_FOUND = 0.25
/** With fewer slots, find_tools is not offered. */
const FEWEST = 3

export interface Narrowed {
  tools: ToolSpec[]
  /** Undefined when all tools are offered. */
  narrowed: { offered: number; of: number } | undefined
}

/**
 * The tools to offer if a request accepts `most`: find_tools, then the best matches for the conversation's first question
 * (in toolset order), then those that were found or used (in that order). The first part stays the same in every turn, so
 * that the platform's prompt cache keeps hitting. Pure.
 */
export function narrow(specs: readonly ToolSpec[], messages: readonly Message[], most: number): Narrowed {
  if (specs.length <= most) return { tools: [...specs], narrowed: undefined }
  // A tool with the name of find_tools would be a duplicate.
  const own = specs.filter(spec => spec.name !== FIND_TOOLS.name)
  const finder = most >= FEWEST ? [FIND_TOOLS] : []
  const slots = Math.max(0, most - finder.length)
  const forFound = finder.length > 0 ? Math.max(1, Math.floor(slots * FOR_FOUND)) : 0
  const base = bestOf(own, firstQuestion(messages), slots - forFound)
  const byName = new Map(own.filter(spec => !base.has(spec)).map(spec => [spec.name, spec]))
  const found = mentionedTools(messages, forFound, byName)
  const tools = own.filter(spec => base.has(spec)).concat(found)
  return {
    tools: [...finder, ...tools],
    narrowed: { offered: tools.length, of: specs.length },
  }
}

/** The best matches for the question; if scores are equal, servers take turns. */
function bestOf(specs: readonly ToolSpec[], question: string, most: number): Set<ToolSpec> {
  const seen = new Map<string, number>()
  const ranked = rankTools(specs, question).map((one: RankedTool) => {
    const server = one.spec.name.split('__', 1)[0] ?? ''
    const turn = seen.get(server) ?? 0
    seen.set(server, turn + 1)
    return { ...one, turn }
  })
  const best = ranked.sort((a, b) => b.score - a.score || a.turn - b.turn).slice(0, Math.max(0, most))
  return new Set(best.map(one => one.spec))
}

function firstQuestion(messages: readonly Message[]): string {
  const first = messages.find(message => message.role === 'user')
  return first?.role === 'user' ? first.text : ''
}

/** Tools that were found or called, in order of first mention; when there are too many, the most recently mentioned. */
function mentionedTools(
  messages: readonly Message[],
  most: number,
  byName: ReadonlyMap<string, ToolSpec>,
): ToolSpec[] {
  const mentioned = messages.flatMap(mentionedIn).filter(name => byName.has(name))
  const newest = new Set([...new Set(mentioned.toReversed())].slice(0, most))
  return [...new Set(mentioned)].filter(name => newest.has(name)).flatMap(name => byName.get(name) ?? [])
}

function mentionedIn(message: Message): readonly string[] {
  if (message.role === 'assistant') return message.calls.map(call => call.name)
  return message.role === 'tool' ? (message.found ?? []) : []
}
