// One question without a screen: only the answer on stdout, the rest on stderr, never waiting for a person.

import { text } from 'node:stream/consumers'
import { answerText, crossCheckingText, leftOutText, reroutedText } from '../../../agent/event-text.ts'
import type { AgentEvent } from '../../../agent/events.ts'
import type { Session } from '../../../agent/session.ts'
import type { App, PlatformWish } from '../../../app.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import { oneLine } from '../../../base/text/words.ts'
import { type Customer, customerTitle } from '../../../config/project.ts'
import type { Rerouted } from '../../../platforms/platform.ts'
import type { Recorder } from '../../../recordings/record.ts'
import type { Approve, Toolset } from '../../../toolset/toolset.ts'
import type { Context } from '../../context.ts'
import { plainly } from '../../plain.ts'
import type { Printer } from '../../print.ts'

export interface OneQuestion extends PlatformWish {
  customer: Pick<Customer, 'id' | 'name' | 'environment'>
  question: string
  /** Deadline for the whole answer. */
  seconds: number | undefined
  /** Several platforms answer, and are compared. */
  isCritical?: boolean
  recorder?: Recorder | undefined
}

type Ending = Extract<AgentEvent, { type: 'answer' | 'failed' | 'cancelled' }>

interface Asked {
  ending: Ending
  calls: { server: string; tool: string; args: unknown; outcome: string; ms: number }[]
  /** A write was wanted, and nobody was there to allow it. */
  refused: boolean
  reroutes: Omit<Rerouted, 'type'>[]
}

/** Asks, prints, and gives the exit code: 4 where a write was refused, 124 at the deadline. */
export async function askOnce(context: Context, app: App, asking: OneQuestion): Promise<number> {
  if (asking.question.trim() === '')
    throw new SupportError('usage', 'the question is empty', { hint: 'chat --customer NAME -p "question"' })
  const print = plainly(context.print, 'as-written')
  print.note(customerTitle(asking.customer))
  const deadline = asking.seconds === undefined ? undefined : AbortSignal.timeout(asking.seconds * 1_000)
  const signal = deadline ? AbortSignal.any([context.signal, deadline]) : context.signal
  const session = await app.openSession(() => asking, asking.recorder)
  try {
    const switched = await session.switchTo(asking.customer.id, signal)
    if (!switched.ok) {
      if (signal.aborted) return told(asking, unasked(), { print, deadline })
      const hint = switched.hint === undefined ? undefined : clean(switched.hint)
      throw new SupportError('failed', clean(switched.reason), { hint })
    }
    for (const one of switched.toolset.missing) print.note(missingText(one))
    return await askIn(session, asking, { print, signal, deadline })
  } finally {
    session.close()
  }
}

/** Asks in a session whose customer is chosen; prints, and gives the exit code. */
export async function askIn(
  session: Pick<Session, 'ask' | 'current'>,
  asking: Pick<OneQuestion, 'customer' | 'question' | 'isCritical'>,
  { print, signal, deadline }: { print: Printer; signal: AbortSignal; deadline?: AbortSignal | undefined },
): Promise<number> {
  const asked = await converse(session.ask, asking, { print, signal })
  return told(asking, asked, { print, deadline, toolset: session.current() })
}

interface Telling {
  print: Printer
  deadline: AbortSignal | undefined
  toolset?: Toolset | undefined
}

/** Prints what came of it, and gives the exit code. */
function told(
  asking: Pick<OneQuestion, 'customer'>,
  asked: Asked,
  { print, deadline, toolset }: Telling,
): number {
  if (print.mode === 'json') print.json(asJson(asking, asked, toolset))
  else if (asked.ending.type === 'answer') {
    print.result(asked.ending.text)
    if (asked.ending.platform !== 'demo') print.note(answerText(asked.ending))
  }
  return exitOf(asked, deadline?.aborted === true, print)
}

function unasked(): Asked {
  return { ending: { type: 'cancelled' }, calls: [], refused: false, reroutes: [] }
}

function missingText({ server, state, reason, hint }: Toolset['missing'][number]): string {
  return `missing: ${server}: ${state}: ${reason}${hint === '' ? '' : `\n  ${hint}`}`
}

async function converse(
  ask: Session['ask'],
  { customer, question, isCritical }: Pick<OneQuestion, 'customer' | 'question' | 'isCritical'>,
  { print, signal }: { print: Printer; signal: AbortSignal },
): Promise<Asked> {
  const asked = unasked()
  const started = new Map<string, { server: string; tool: string; args: unknown }>()
  const approve: Approve = async () => {
    asked.refused = true
    return { allowed: false, reason: 'it changes something, and nobody is here to allow it' }
  }
  for await (const event of ask({ customerId: customer.id, text: question, isCritical, signal, approve })) {
    if (event.type === 'rerouted') {
      const { type: _, ...reroute } = event
      asked.reroutes.push(reroute)
      print.note(reroutedText(event))
    }
    if (event.type === 'left-out') print.note(leftOutText(event))
    if (event.type === 'cross-checking') print.note(crossCheckingText(event.platforms))
    if (event.type === 'call-started') started.set(event.id, event)
    if (event.type === 'call-ended') {
      const call = started.get(event.id)
      const { kind, took } = event.outcome
      if (call)
        asked.calls.push({ server: call.server, tool: call.tool, args: call.args, outcome: kind, ms: took })
      if (call)
        print.note(
          `${oneLine(call.server)} ${oneLine(call.tool)} ${oneLine(JSON.stringify(call.args) ?? '', 60)}: ${kind} ${took} ms`,
        )
    }
    if (event.type === 'answer' || event.type === 'failed' || event.type === 'cancelled') asked.ending = event
  }
  return asked
}

function asJson(
  { customer }: Pick<OneQuestion, 'customer'>,
  asked: Asked,
  toolset: Toolset | undefined,
): unknown {
  const { ending, calls, refused } = asked
  return {
    customer: customer.id,
    answer: ending.type === 'answer' ? ending.text : null,
    error: ending.type === 'answer' ? null : ending.type === 'failed' ? ending.reason : 'cancelled',
    platform: ending.type === 'answer' ? ending.platform : null,
    model: ending.type === 'answer' ? ending.model : null,
    turns: ending.type === 'answer' ? ending.turns : null,
    usage: ending.type === 'answer' ? (ending.usage ?? null) : null,
    costUsd: ending.type === 'answer' ? (ending.costUsd ?? null) : null,
    rule: ending.type === 'answer' ? (ending.rule ?? null) : null,
    crossCheck: ending.type === 'answer' ? (ending.crossCheck ?? null) : null,
    reroutes: asked.reroutes,
    calls,
    writeRefused: refused,
    missing: toolset?.missing ?? [],
  }
}

function exitOf({ ending, refused }: Asked, late: boolean, print: Printer): number {
  if (late) {
    print.error('supportmax: the deadline (--timeout) is over')
    return EXIT.deadline
  }
  if (ending.type === 'cancelled') return EXIT.interrupted
  if (ending.type === 'failed') {
    print.error(`supportmax: ${ending.reason}${ending.hint === undefined ? '' : `\n  ${ending.hint}`}`)
    return EXIT[ending.code]
  }
  if (!refused) return EXIT.ok
  print.error(
    'supportmax: a tool that changes something was refused: open the chat in a terminal to allow it',
  )
  return EXIT.refused
}

/** The question that was piped in. A terminal has nobody typing into a headless run. */
export async function questionFromStdin(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY)
    throw new SupportError('usage', 'no question', { hint: 'chat --customer NAME -p "question"' })
  const stop = () => process.stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  const question = await text(process.stdin)
  signal.removeEventListener('abort', stop)
  return question.trim()
}
