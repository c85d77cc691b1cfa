// The result of a question, printed for people or as JSON, and its exit code.

import { answerText, doubtTexts, lostText } from '../../../agent/event-text.ts'
import type { AgentEvent } from '../../../agent/events.ts'
import { EXIT } from '../../../base/errors.ts'
import { wholeUsd } from '../../../base/money.ts'
import type { Rerouted } from '../../../platforms/platform.ts'
import type { Unanswered } from '../../../stack/tools/unanswered.ts'
import type { Effect, Toolset } from '../../../toolset/toolset.ts'
import { errorText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'

export interface QuestionResult {
  ending: Extract<AgentEvent, { type: 'answer' | 'failed' | 'cancelled' }>
  calls: RecordedCall[]
  /** Whether a call needed approval, and was denied because nobody could give it. */
  denied: boolean
  reroutes: Omit<Rerouted, 'type'>[]
  /** Servers whose tools are offered, but which are not ready. */
  degraded: Toolset['missing']
  /** What servers asked a person, and was declined because nobody could answer. */
  unanswered: readonly Unanswered[]
}

/** A call as --json shows it. */
export interface RecordedCall {
  /** Under which the answer cites it; null for a search among the tools. */
  number: number | null
  server: string
  tool: string
  args: unknown
  /** Null for a tool that is not offered, and for the agent's own. */
  effect: Effect['kind'] | null
  outcome: string
  ms: number
  /** Why it failed, in the server's own words. */
  error: string | null
  /** What it returned. Shown if the question has no answer: then nothing else is left of it. */
  result: string
}

export interface Deadline {
  seconds: number
  signal: AbortSignal
}

/** The result before the first event. */
export function emptyResult(): QuestionResult {
  return {
    ending: { type: 'cancelled' },
    calls: [],
    denied: false,
    reroutes: [],
    degraded: [],
    unanswered: [],
  }
}

/** Prints the result, and returns the exit code. */
export function printResult(
  { customer }: { customer: { id: string } },
  result: QuestionResult,
  {
    print,
    deadline,
    toolset,
  }: { print: Printer; deadline: Deadline | undefined; toolset?: Toolset | undefined },
): number {
  const failure = failureOf(result.ending, deadline)
  if (print.mode === 'json') print.json(asJson(customer.id, result, { toolset, error: failure?.message }))
  else if (result.ending.type === 'answer') {
    print.result(result.ending.text)
    // The demo model says what it is at the end of each answer.
    if (result.ending.platform !== 'demo') print.note(answerText(result.ending))
    for (const doubt of doubtTexts(result.ending.check)) print.note(doubt)
  }
  const code = exitCodeOf(result, failure, { print, customer: customer.id })
  const lost = print.mode === 'json' || result.ending.type === 'answer' ? undefined : lostText(result.ending)
  if (lost !== undefined) print.note(lost)
  return code
}

function asJson(
  customer: string,
  { ending, calls, denied, reroutes, degraded, unanswered }: QuestionResult,
  { toolset, error }: { toolset: Toolset | undefined; error: string | undefined },
) {
  const answer = ending.type === 'answer' ? ending : undefined
  return {
    customer,
    answer: answer?.text,
    error,
    platform: answer?.platform,
    model: answer?.model,
    turns: answer?.turns,
    usage: ending.spent?.usage,
    costUsd: ending.spent && wholeUsd(ending.spent.cost),
    cost: ending.spent?.cost,
    rule: answer?.rule,
    crossCheck: answer?.crossCheck,
    check: answer?.check,
    reroutes,
    calls: answer ? calls.map(({ result, ...call }) => call) : calls,
    writeRefused: denied,
    missing: toolset?.missing ?? [],
    degraded,
    unanswered,
  }
}

interface Failure {
  message: string
  hint: string | undefined
  code: number
}

/** Why there is no answer; an answer that came just before the deadline is one. */
function failureOf(ending: QuestionResult['ending'], deadline: Deadline | undefined): Failure | undefined {
  if (ending.type === 'answer') return undefined
  if (deadline?.signal.aborted)
    return {
      message: `timed out after ${deadline.seconds} s (--timeout)`,
      hint: undefined,
      code: EXIT.deadline,
    }
  if (ending.type === 'cancelled') return { message: 'cancelled', hint: undefined, code: EXIT.interrupted }
  return { message: ending.reason, hint: ending.hint, code: EXIT[ending.code] }
}

function exitCodeOf(
  { denied }: QuestionResult,
  failure: Failure | undefined,
  { print, customer }: { print: Printer; customer: string },
): number {
  const fail = (message: string, hint?: string) => print.error(errorText({ message, hint }, print.noteLayout))
  // The person who pressed Ctrl+C knows.
  if (failure && failure.code !== EXIT.interrupted) fail(failure.message, failure.hint)
  if (failure) return failure.code
  if (!denied) return EXIT.ok
  fail(
    'a call that needs approval was denied',
    `run \`supportmax chat ${customer}\` in a terminal to approve it`,
  )
  return EXIT.refused
}
