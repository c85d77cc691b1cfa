// One question without a screen: only the answer goes to stdout, the rest to stderr, and nothing waits for a person.

import { foreignAlert } from '../../../agent/alerts/foreign.ts'
import {
  argumentsText,
  callName,
  compactedText,
  crossCheckingText,
  isTroubled,
  leftOutText,
  missingNotice,
  outcomeEnding,
  outcomeMark,
  outcomeWords,
  reroutedText,
  troubleNotice,
} from '../../../agent/event-text.ts'
import type { AgentEvent } from '../../../agent/events.ts'
import type { Session } from '../../../agent/session.ts'
import type { App, PlatformChoice } from '../../../app.ts'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { bytes } from '../../../base/text/amounts.ts'
import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import { type Customer, customerTitle } from '../../../config/project.ts'
import { customerWithId } from '../../../config/select.ts'
import type { Recorder } from '../../../recordings/record.ts'
import { status } from '../../../stack/look/status.ts'
import { declining, type Unanswered } from '../../../stack/tools/unanswered.ts'
import type { Approve, ToolOutcome, Toolset } from '../../../toolset/toolset.ts'
import type { Context } from '../../context.ts'
import { type Explained, explainedText } from '../../error-text.ts'
import { cleanedPrinter } from '../../plain.ts'
import type { Printer } from '../../print/printer.ts'
import { type Deadline, emptyResult, printResult, type QuestionResult, type RecordedCall } from './outcome.ts'

interface OneQuestion extends PlatformChoice {
  customer: Pick<Customer, 'id' | 'name' | 'environment'>
  question: string
  /** For the whole answer (--timeout). */
  seconds: number | undefined
  /** Whether several platforms answer, and are compared. */
  isCritical?: boolean
  /** Whether it continues from the tool results of the question before. */
  isRetry?: boolean
  recorder?: Recorder | undefined
}

const ASK_HINT = 'run `supportmax chat NAME -p "QUESTION"`'

/** Asks and prints; returns the exit code: 4 if a call was denied, 124 at the deadline. */
export async function askOnce(context: Context, app: App, asking: OneQuestion): Promise<number> {
  if (asking.question.trim() === '')
    throw new SupportError('usage', 'the question is empty', { hint: ASK_HINT })
  const print = cleanedPrinter(context.print, 'as-written')
  print.note(customerTitle(asking.customer))
  const foreign = foreignAlert(asking.question, app.project.customers, asking.customer)
  if (foreign) print.note(`warning: ${foreign.words}`)
  const deadline = deadlineOf(asking.seconds)
  const signal = deadline ? AbortSignal.any([context.signal, deadline.signal]) : context.signal
  const unanswered = listUnanswered(app, print)
  const session = await app.openSession(() => asking, { recorder: asking.recorder })
  try {
    const switched = await session.switchTo(asking.customer.id, signal)
    if (!switched.ok) {
      if (signal.aborted) return printResult(asking, emptyResult(), { print, deadline })
      const hint = switched.hint === undefined ? undefined : clean(switched.hint)
      throw new SupportError(switched.code, clean(switched.reason), { hint })
    }
    for (const one of switched.toolset.missing) {
      const { text: message, hint } = missingNotice(one)
      print.note(explainedText({ message, hint }, print.noteLayout))
    }
    const degraded = sayDegraded(app, switched.toolset, { print, signal })
    return await askIn(session, asking, { print, signal, deadline, degraded, unanswered })
  } finally {
    session.close()
  }
}

/** Tells what servers ask while nobody can answer. Returns the list, which grows. */
function listUnanswered({ answerServers }: App, print: Printer): Unanswered[] {
  const unanswered: Unanswered[] = []
  answerServers(
    declining((asked, words) => {
      unanswered.push(asked)
      print.note(explainedText(words, print.noteLayout))
    }),
  )
  return unanswered
}

function deadlineOf(seconds: number | undefined): Deadline | undefined {
  return seconds === undefined ? undefined : { seconds, signal: AbortSignal.timeout(seconds * 1_000) }
}

interface AskInOptions {
  print: Printer
  signal: AbortSignal
  deadline?: Deadline | undefined
  /** Resolves to the servers whose tools are offered, but which are not ready. */
  degraded?: Promise<Toolset['missing']>
  /** What servers have asked. */
  unanswered?: readonly Unanswered[]
}

/**
 * Names the servers that are not ready although they offer tools, or have a warning, while the question is being answered.
 * Returns those that are not ready, and never rejects.
 */
async function sayDegraded(
  { stack, project }: App,
  { customer, missing }: Toolset,
  { print, signal }: { print: Printer; signal: AbortSignal },
): Promise<Toolset['missing']> {
  const say = (one: Explained) => print.note(explainedText(one, print.noteLayout))
  try {
    const report = await status(stack, [customerWithId(project, customer.id)], { strays: 'left-out', signal })
    const isOffered = (server: string) => !missing.some(one => one.server === server)
    const troubled = report.servers.filter(one => isTroubled(one) && isOffered(one.server))
    for (const { text: message, hint } of troubled.map(troubleNotice)) say({ message, hint })
    const degraded = troubled.filter(one => one.state !== 'ready')
    return degraded.map(({ server, state, reason, hint }) => ({ server, state, reason, hint }))
  } catch (error) {
    if (!signal.aborted) say({ message: `servers not checked: ${reasonOf(error)}` })
    return []
  }
}

/** Asks in a session whose customer is chosen; prints, and returns the exit code. */
export async function askIn(
  session: Pick<Session, 'ask' | 'current'>,
  asking: Pick<OneQuestion, 'customer' | 'question' | 'isCritical' | 'isRetry'>,
  { print, signal, deadline, degraded, unanswered = [] }: AskInOptions,
): Promise<number> {
  const result = await converse(session.ask, asking, { print, signal })
  result.degraded = (await degraded) ?? []
  result.unanswered = unanswered
  return printResult(asking, result, { print, deadline, toolset: session.current() })
}

async function converse(
  ask: Session['ask'],
  {
    customer,
    question,
    isCritical,
    isRetry,
  }: Pick<OneQuestion, 'customer' | 'question' | 'isCritical' | 'isRetry'>,
  { print, signal }: { print: Printer; signal: AbortSignal },
): Promise<QuestionResult> {
  const result = emptyResult()
  const approve: Approve = async () => {
    result.denied = true
    return { allowed: false, reason: 'it needs approval, and this run is not interactive' }
  }
  const started = new Map<string, CallStart>()
  const asked = { customerId: customer.id, text: question, isCritical, isRetry, signal, approve }
  for await (const event of ask(asked)) {
    if (event.type === 'call-started') started.set(event.id, event)
    addToResult(event, result, started)
    const note = noteOf(event, started)
    if (note !== undefined) print.note(explainedText({ message: note }, print.noteLayout))
  }
  return result
}

type CallStart = Extract<AgentEvent, { type: 'call-started' }>

/** Adds to the result what this event brings. */
function addToResult(
  event: AgentEvent,
  result: QuestionResult,
  started: ReadonlyMap<string, CallStart>,
): void {
  if (event.type === 'answer' || event.type === 'failed' || event.type === 'cancelled') result.ending = event
  if (event.type === 'rerouted') {
    const { type: _, ...reroute } = event
    result.reroutes.push(reroute)
  }
  const call = event.type === 'call-ended' ? started.get(event.id) : undefined
  if (call && event.type === 'call-ended') result.calls.push(recordedCall(call, event.outcome))
}

/** The line to print for an event while the answer is being made; undefined for none. */
function noteOf(event: AgentEvent, started: ReadonlyMap<string, CallStart>): string | undefined {
  switch (event.type) {
    case 'rerouted':
      return reroutedText(event)
    case 'left-out':
      return leftOutText(event)
    case 'notice':
      return event.text
    case 'compacted':
      return compactedText(event)
    case 'cross-checking':
      return crossCheckingText(event.platforms)
    case 'call-ended': {
      const call = started.get(event.id)
      return call && callLine(call, event.outcome)
    }
    default:
      return undefined
  }
}

function recordedCall({ number, server, tool, args, effect }: CallStart, outcome: ToolOutcome): RecordedCall {
  const error = outcomeWords(outcome) || null
  const about = { number: number ?? null, server, tool, args, effect: effect ?? null }
  return { ...about, outcome: outcome.kind, ms: outcome.took, error, result: outcome.text }
}

/** `✓ [1] alertmanager · list_alerts state=firing (43 ms)`; of a call that failed, also why. */
function callLine(call: CallStart, outcome: ToolOutcome): string {
  const args = cleanLine(argumentsText(call.args), 60)
  const number = call.number === undefined ? '' : `[${call.number}]`
  const line = [outcomeMark(outcome), number, callName(call), args, `(${outcomeEnding(outcome)})`].filter(
    Boolean,
  )
  const words = outcomeWords(outcome)
  return `${line.join(' ')}${words && `: ${words}`}`
}

/** In bytes; more than any model's context holds. */
const LARGEST_QUESTION = 4 * 1_048_576

/** Reads the question that was piped in. Throws on a terminal, where it would wait forever, and for one without an end. */
export async function questionFromStdin(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) throw new SupportError('usage', 'no question given', { hint: ASK_HINT })
  const stop = () => process.stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size > LARGEST_QUESTION)
      throw new SupportError('usage', `the question is larger than ${bytes(LARGEST_QUESTION)}`, {
        hint: 'pipe in less, such as the last lines of a log',
      })
  }
  signal.removeEventListener('abort', stop)
  return Buffer.concat(parts).toString('utf8').trim()
}
