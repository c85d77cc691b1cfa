import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import type { ModelRequest } from '../platforms/platform.ts'
import { isHead, isTurn } from './check.ts'
import type { Head, TapedTurn } from './line.ts'

export interface Turn extends TapedTurn {
  /** Whole again: with what the line left out. */
  request: ModelRequest
  /** Of its line, from 1. */
  number: number
}

export interface Lines {
  head: Head
  /** At least one; the first answers a question. */
  turns: Turn[]
  /** The last line was not written to its end, and is left out. */
  isCut: boolean
}

/** Throws a usage error, with the line, for what is no recording. */
export function readLines(file: string): Lines {
  const source = readIfThere(file)
  if (source === undefined) throw noRecording(`--replay ${file}: there is no such file`)
  const broken = (number: number) => noRecording(`--replay ${file}:${number}: is no line of a recording`)
  const isEnded = source.endsWith('\n')
  const [head, ...lines] = source.trimEnd().split('\n').map(parsed)
  if (!isHead(head)) throw broken(1)
  const isCut = !isEnded && lines.length > 0 && lines.at(-1) === undefined
  const turns: Turn[] = []
  for (const [i, line] of (isCut ? lines.slice(0, -1) : lines).entries()) {
    const turn = isTurn(line) ? wholeTurn(line, i + 2, turns.at(-1)?.request) : undefined
    if (!turn || (i === 0 && turn.purpose !== 'answer')) throw broken(i + 2)
    turns.push(turn)
  }
  if (turns.length === 0) throw noRecording(`--replay ${file}: holds no question`)
  return { head, turns, isCut }
}

function noRecording(what: string): SupportError {
  return new SupportError('usage', what, { hint: 'chat --record FILE makes one' })
}

/** undefined where the line is no JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** undefined where nobody asks anything in it. */
function wholeTurn(line: TapedTurn, number: number, last: ModelRequest | undefined): Turn | undefined {
  const { system = last?.system ?? '', tools = last?.tools ?? [], toolChoice } = line
  const messages = [...(last?.messages.slice(0, line.keep) ?? []), ...line.messages]
  if (!messages.some(one => one.role === 'user')) return undefined
  return { ...line, request: { system, tools, messages, toolChoice }, number }
}
