import type { Dialect } from '../../catalog/vendors.ts'
import type { PlatformFault, ToolSpec } from '../../platforms/platform.ts'
import { RULES } from '../rules.ts'

/** Why a request was rejected, as far as its error says; undefined = not because of its tools. */
export type Blame =
  | { kind: 'tools'; places: number[] }
  | { kind: 'number'; most: number }
  | { kind: 'some-tool' }
  | undefined

const OF_HISTORY = /\b(messages|input|contents)[.[]\d/
const OF_TOOLS =
  /\b(tools?|functions?|function_?declarations?|functionDeclaration|schemas?|parameters|input_schema)\b/i
/** Gemini's response to some schemas, without any detail. */
const OF_ANYTHING = /request contains an invalid argument/i
const NUMBER = /(?:maximum length|at most|maximum of|no more than|up to)\s+(\d+)/i

/** Pure. `tools` are those that were sent, in order. */
export function blameOf(fault: PlatformFault, dialect: Dialect, tools: readonly ToolSpec[]): Blame {
  const words = wordsOf(fault)
  const places = [...words.matchAll(RULES[dialect].blame)]
    .map(match => Number(match[1]))
    .filter(place => place < tools.length)
  if (places.length > 0) return { kind: 'tools', places: [...new Set(places)] }
  if (OF_HISTORY.test(words)) return undefined
  const named = tools.flatMap(({ name }, place) => (isNamed(name, words) ? [place] : []))
  if (named.length > 0) return { kind: 'tools', places: named }
  const isGeneral = dialect === 'google' && OF_ANYTHING.test(words)
  if (!OF_TOOLS.test(words) && !isGeneral) return undefined
  const most = Number(NUMBER.exec(words)?.[1] ?? Number.NaN)
  return most > 0 && most < tools.length ? { kind: 'number', most } : { kind: 'some-tool' }
}

/** Our own message may be cut, even within a name; the vendor's is whole, and may name the index separately. */
function wordsOf({ message, cause }: PlatformFault): string {
  const { message: whole, param } = (cause ?? {}) as { message?: unknown; param?: unknown }
  return [message.replace(/\S*…$/, ''), whole, param].filter(part => typeof part === 'string').join('\n')
}

/** A plain word such as `search` counts as a name only in quotes. */
function isNamed(name: string, words: string): boolean {
  const exact = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const isWord = /^[A-Za-z]+$/.test(name)
  const pattern = isWord ? `(['"\`])${exact}\\1` : `(?<![\\w-])${exact}(?![\\w-])`
  return new RegExp(pattern).test(words)
}
