import type { EvidenceBook } from '../../../agent/evidence/book.ts'
import { laidOut } from '../../../agent/evidence-text.ts'
import type { Episode } from '../../../agent/story.ts'
import { redact } from '../../../base/redact.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'

export interface FoundLine {
  /** `you`, `answer`, or the call: `[3] list_alerts`; its number tells the server. */
  who: string
  /** With each match in `«»`: colours would not be there in a copy, nor for everybody. */
  line: string
}

/** Of one result: the others are for `/show`. */
const MOST_IN_RESULT = 10
/** Characters beside the first match of a line. */
const BESIDE = 60

/** Lines that have the text, in any case, oldest first. */
export function foundIn(
  story: readonly Episode[],
  evidence: Pick<EvidenceBook, 'find'>,
  wanted: string,
): FoundLine[] {
  const match = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu')
  return story.flatMap(({ question, calls, end }) => [
    ...linesIn('you', question, match),
    ...calls.flatMap(number => inResult(evidence, number, match)),
    ...(end?.type === 'answer' ? linesIn('answer', redact(end.text), match) : []),
  ])
}

function inResult(evidence: Pick<EvidenceBook, 'find'>, number: number, match: RegExp): FoundLine[] {
  const call = evidence.find(number)
  if (!call) return []
  const who = cleanLine(`[${number}] ${call.tool}`)
  const found = linesIn(who, laidOut(textOf(call)), match)
  const left = found.length - MOST_IN_RESULT
  const rest = left > 0 ? [{ who, line: `… ${left} more: \`/show ${number}\`` }] : []
  return [...found.slice(0, MOST_IN_RESULT), ...rest]
}

function textOf(call: { text(): string }): string {
  try {
    return call.text()
  } catch {
    // Its file is gone; `/show` says so.
    return ''
  }
}

function linesIn(who: string, text: string, match: RegExp): FoundLine[] {
  return text.split('\n').flatMap(written => {
    const plain = written.replaceAll('**', '')
    // Unless the marks are what is looked for.
    const line = plain.search(match) < 0 ? written : plain
    const at = line.search(match)
    return at < 0 ? [] : [{ who, line: around(line, at, match) }]
  })
}

function around(line: string, at: number, match: RegExp): string {
  const from = at > BESIDE ? at - BESIDE : 0
  const to = at + 2 * BESIDE
  const marked = line.slice(from, to).replace(match, '«$&»')
  return cleanLine(`${from > 0 ? '…' : ''}${marked}${to < line.length ? '…' : ''}`)
}
