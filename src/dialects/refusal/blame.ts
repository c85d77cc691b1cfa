import type { Dialect } from '../../catalog/vendors.ts'
import type { PlatformFault, ToolSpec } from '../../platforms/platform.ts'
import { RULES } from '../rules.ts'

/** What an error says about the rejected tools; undefined = the tools are not the reason. */
export type Blame =
  | { kind: 'tools'; indexes: number[] }
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
  const indexes = [...words.matchAll(RULES[dialect].blame)]
    .map(match => Number(match[1]))
    .filter(index => index < tools.length)
  if (indexes.length > 0) return { kind: 'tools', indexes: [...new Set(indexes)] }
  if (OF_HISTORY.test(words)) return undefined
  const named = tools.flatMap(({ name }, index) => (isNamed(name, words) ? [index] : []))
  if (named.length > 0) return { kind: 'tools', indexes: named }
  const isGeneral = dialect === 'google' && OF_ANYTHING.test(words)
  if (!OF_TOOLS.test(words) && !isGeneral) return undefined
  const most = Number(NUMBER.exec(words)?.[1] ?? Number.NaN)
  return most > 0 && most < tools.length ? { kind: 'number', most } : { kind: 'some-tool' }
}

/** Our own message may be cut, even within a name. The vendor's message is complete, and may have the index in `param`. */
function wordsOf({ message, cause }: PlatformFault): string {
  const { message: whole, param } = (cause ?? {}) as { message?: unknown; param?: unknown }
  return [message.replace(/\S*…$/, ''), whole, param].filter(part => typeof part === 'string').join('\n')
}

/** An ordinary word such as `search` counts as a name only in quotes. */
function isNamed(name: string, words: string): boolean {
  const exact = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const isWord = /^[A-Za-z]+$/.test(name)
  const pattern = isWord ? `(['"\`])${exact}\\1` : `(?<![\\w-])${exact}(?![\\w-])`
  return new RegExp(pattern).test(words)
}
