import type { Dialect } from '../../catalog/vendors.ts'
import { isOfHistory } from '../../platforms/faults/evidence.ts'
import type { PlatformFault, ToolSpec } from '../../platforms/platform.ts'

/** What an error says about the rejected tools; undefined = the tools are not the reason. */
export type Blame =
  | { kind: 'tools'; indexes: number[] }
  | { kind: 'number'; most: number }
  | { kind: 'some-tool' }
  | undefined

const OF_TOOLS =
  /\b(tools?|functions?|function_?declarations?|functionDeclaration|schemas?|parameters|input_schema)\b/i
/** Gemini's response to some schemas, without any detail. */
const OF_ANYTHING = /request contains an invalid argument/i
const NUMBER = /(?:maximum length|at most|maximum of|maximum number of items is|no more than|up to)\s+(\d+)/i

/** Pure. `tools` are those that were sent, in order. */
export function blameOf(fault: PlatformFault, dialect: Dialect, tools: readonly ToolSpec[]): Blame {
  const words = wordsOf(fault)
  const indexes = indexesIn(words).filter(index => index < tools.length)
  if (indexes.length > 0) return { kind: 'tools', indexes }
  if (isOfHistory(words)) return undefined
  const named = tools.flatMap(({ name }, index) => (isNamed(name, words) ? [index] : []))
  // An error that lists all tools blames none of them.
  if (named.length === 1 || (named.length > 0 && named.length < tools.length))
    return { kind: 'tools', indexes: named }
  const isGeneral = dialect === 'google' && OF_ANYTHING.test(words)
  if (!OF_TOOLS.test(words) && !isGeneral) return undefined
  const most = Number(NUMBER.exec(words)?.[1] ?? Number.NaN)
  return most > 0 && most < tools.length ? { kind: 'number', most } : { kind: 'some-tool' }
}

/**
 * How errors name a tool's index, of whatever vendor is behind a compatible server. Google comes first: it puts all
 * declarations into `tools[0]`.
 */
const PLACES = [
  /\bfunction_?declarations\[(\d+)\]/gi,
  /\btools\.(\d+)\b/g, // Anthropic: tools.3.custom.input_schema
  /\btools\[(\d+)\]/g, // OpenAI: tools[3].function.parameters
]

function indexesIn(words: string): number[] {
  const found = PLACES.map(place => [...words.matchAll(place)].map(match => Number(match[1])))
  return [...new Set(found.find(indexes => indexes.length > 0))]
}

/** Our own message may be cut, even within a name. The vendor's message is complete, and may have the index in `param`. */
function wordsOf({ message, cause }: PlatformFault): string {
  const { message: whole, param } = (cause ?? {}) as { message?: unknown; param?: unknown }
  return [message.replace(/\S*…$/, ''), whole, param].filter(part => typeof part === 'string').join('\n')
}

/** An ordinary word such as `search` counts as a name only in quotes. */
function isNamed(name: string, words: string): boolean {
  const exact = RegExp.escape(name)
  const isWord = /^[A-Za-z]+$/.test(name)
  const pattern = isWord ? `(['"\`])${exact}\\1` : `(?<![\\w-])${exact}(?![\\w-])`
  return new RegExp(pattern).test(words)
}
