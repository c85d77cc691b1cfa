import { SupportError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { parsedJson } from '../base/records.ts'
import type { ModelRequest } from '../platforms/platform.ts'
import { FORMAT, type RecordedLine, type RecordingHead } from './line.ts'
import { headSchema, misfit, turnSchema } from './schema.ts'

/** A line together with its complete request. */
export interface RecordedTurn extends RecordedLine {
  request: ModelRequest
  /** Line number, from 1. */
  number: number
}

interface RecordingLines {
  head: RecordingHead
  /** At least one; the first answers a question. */
  turns: RecordedTurn[]
  /** Whether the last line is incomplete, and was left out. */
  isCut: boolean
}

/** Throws a usage error, with the line, for a file that is not a recording or has a newer format. */
export function readLines(file: string): RecordingLines {
  const source = readIfThere(file)
  if (source === undefined) throw notARecording(`--replay ${file}: no such file`)
  const isEnded = source.endsWith('\n')
  const [first, ...lines] = source.trimEnd().split('\n').map(parsedJson)
  const head = headOf(file, first)
  const isCut = !isEnded && lines.length > 0 && lines.at(-1) === undefined
  const turns: RecordedTurn[] = []
  for (const [i, line] of (isCut ? lines.slice(0, -1) : lines).entries())
    turns.push(turnOf(file, line, { number: i + 2, before: turns.at(-1)?.request }))
  if (turns.length === 0) throw notARecording(`--replay ${file}: contains no question`)
  return { head, turns, isCut }
}

function headOf(file: string, value: unknown): RecordingHead {
  const { format } = Object(value) as { format?: unknown }
  // Checked first: a newer format may look different in every other respect.
  if (typeof format === 'number' && format > FORMAT)
    throw new SupportError(
      'usage',
      `--replay ${file}: written by a newer supportmax (format ${format}; this one reads up to ${FORMAT})`,
      { hint: 'upgrade supportmax to replay it' },
    )
  const where = misfit(headSchema, value)
  if (where !== undefined) throw broken(file, 1, where)
  return value as RecordingHead
}

function turnOf(
  file: string,
  value: unknown,
  { number, before }: { number: number; before: ModelRequest | undefined },
): RecordedTurn {
  const where = misfit(turnSchema, value)
  if (where !== undefined) throw broken(file, number, where)
  const line = value as RecordedLine
  if (!before && line.purpose !== 'answer') throw broken(file, number, 'purpose')
  const request = requestOf(line, before)
  if (!request.messages.some(one => one.role === 'user')) throw broken(file, number, 'messages')
  return { ...line, request, number }
}

function requestOf(line: RecordedLine, before: ModelRequest | undefined): ModelRequest {
  const { system = before?.system ?? '', tools = before?.tools ?? [], toolChoice } = line
  const messages = [...(before?.messages.slice(0, line.keep) ?? []), ...line.messages]
  return { system, tools, messages, toolChoice }
}

function broken(file: string, number: number, where: string): SupportError {
  return notARecording(`--replay ${file}:${number}: not a line of a recording (${where})`)
}

function notARecording(what: string): SupportError {
  return new SupportError('usage', what, { hint: 'record one with `supportmax chat --record FILE`' })
}
