import { reasonOf } from '../base/errors.ts'
import {
  type Message,
  type ModelRequest,
  type Platform,
  PlatformFault,
  type PlatformFaultKind,
  type Usage,
} from '../platforms/platform.ts'
import type { Approve, Toolset } from '../toolset/toolset.ts'
import { runCalls, specsOf } from './calls.ts'
import { crossCheck, crossCheckText, type Witnesses } from './cross-check.ts'
import type { AgentEvent, FinalAnswer } from './events.ts'
import { streamTurn, type Turn } from './turn.ts'
import { sumCost, sumUsage } from './usage.ts'

const MOST_TURNS = 20

export interface Asking {
  platform: Platform
  toolset: Toolset
  system: string
  /** The conversation so far; not changed here. */
  history: readonly Message[]
  question: string
  signal: AbortSignal
  approve: Approve
  /** Where the question is critical: others answer it too. */
  crossCheck?: { witnesses: Witnesses; instructions: string } | undefined
  /** Turns of the model for one question; default 20. */
  mostTurns?: number | undefined
}

/**
 * One question: the model speaks, calls tools, reads their results, until it answers. Yields events, exactly one of
 * answer, failed, cancelled as the last; returns the messages to remember. Those are whole turns only: a turn that
 * broke or was cancelled is discarded, and a question without any whole turn is forgotten with it.
 */
export async function* ask(asking: Asking): AsyncGenerator<AgentEvent, Message[]> {
  const { platform, toolset, signal } = asking
  const added: Message[] = [{ role: 'user', text: asking.question }]
  const kept = () => (added.length > 1 ? added : [])
  const paid: Paid = { usage: undefined, costUsd: 0 }
  try {
    for (let turns = 1; turns <= (asking.mostTurns ?? MOST_TURNS); turns++) {
      const request: ModelRequest = {
        system: asking.system,
        messages: [...asking.history, ...added],
        tools: specsOf(toolset),
      }
      const turn = yield* streamTurn(platform, request, signal)
      pay(paid, turn.usage, turn.costUsd)
      if (turn.reason !== 'calls' || turn.calls.length === 0) {
        const end = conclusion(turn)
        if (end.type === 'failed') yield end
        else {
          const answer = yield* answered(asking, request, { turn, text: end.text, turns, paid })
          added.push({ role: 'assistant', text: answer.text, calls: [] })
          yield answer
        }
        return kept()
      }
      const results = yield* runCalls(toolset, uniquely(turn), asking)
      added.push(turn.message, ...results)
    }
    yield failed(`no answer after ${asking.mostTurns ?? MOST_TURNS} turns`, 'ask for less at once')
  } catch (error) {
    if (signal.aborted) yield { type: 'cancelled' }
    else yield fault(error, added.length > 1)
  }
  return kept()
}

interface Paid {
  usage: Usage | undefined
  costUsd: number | undefined
}

function pay(paid: Paid, usage: Usage | undefined, costUsd: number | undefined): void {
  paid.usage = sumUsage(paid.usage, usage)
  paid.costUsd = sumCost(paid.costUsd, costUsd)
}

/** The answer with who gave it and what it cost; of a critical question, with what others say. */
async function* answered(
  { platform, crossCheck: checks, signal }: Asking,
  request: ModelRequest,
  { turn, text, turns, paid }: { turn: Turn; text: string; turns: number; paid: Paid },
): AsyncGenerator<AgentEvent, FinalAnswer> {
  const { platform: name, model } = turn.served ?? { platform: platform.name, model: platform.model }
  const who = { platform: name, model }
  const answer = { type: 'answer' as const, text, turns, ...who, rule: turn.served?.rule }
  if (!checks) return { ...answer, ...paid, crossCheck: undefined }
  const checking = { ...checks, request, answer: { ...who, text }, signal }
  const peers = checks.witnesses.peers(name)
  yield { type: 'cross-checking', platforms: peers.map(one => one.name) }
  const check = await crossCheck(checking, peers)
  pay(paid, check.usage, check.costUsd)
  const block = crossCheckText(check)
  yield { type: 'text', text: block }
  return { ...answer, ...paid, text: `${text}\n\n${block}`, crossCheck: check }
}

/** A model that gives two calls one id would get one result for both. */
function uniquely(turn: Turn): Turn['calls'] {
  const seen = new Set<string>()
  for (const [i, call] of turn.calls.entries()) {
    if (seen.has(call.id)) call.id = `${call.id}_${i}`
    seen.add(call.id)
  }
  return turn.calls
}

function conclusion(turn: Turn): { type: 'text'; text: string } | Extract<AgentEvent, { type: 'failed' }> {
  if (turn.reason === 'filtered')
    return failed("the platform's content filter stopped the answer", 'ask in other words')
  if (!turn.text.trim()) return failed('the model gave an empty answer', 'ask again, or take another --model')
  const cut = turn.reason === 'length' ? "\n\n_[cut at the model's limit]_" : ''
  return { type: 'text', text: turn.text + cut }
}

function failed(reason: string, hint: string | undefined): Extract<AgentEvent, { type: 'failed' }> {
  return { type: 'failed', reason, hint, code: 'failed' }
}

const HINTS: Partial<Record<PlatformFaultKind, string>> = {
  auth: 'check the value of its key (api_key_env), or its sign-in',
  quota: "raise its limit in the vendor's console, or take another --platform",
  rate_limit: 'wait a little, or take another --platform',
  overloaded: 'ask again in a moment, or take another --platform',
  not_found: 'check the name of the model (--model)',
  network: 'check the base_url and the network',
  context_overflow: 'begin a new conversation (/clear), or ask for less at once',
  content_filter: 'ask in other words',
  bad_request: 'chat --record FILE writes down what was sent, to report it',
}

function fault(error: unknown, hasWhole: boolean): AgentEvent {
  if (!(error instanceof PlatformFault)) return failed(reasonOf(error), undefined)
  const half = hasWhole
    ? 'the broken turn was discarded, the ones before it are kept'
    : 'the turn was discarded'
  const reason = `${error.platform}: ${reasonOf(error)}; ${half}`
  return { type: 'failed', reason, hint: HINTS[error.kind] ?? 'ask again', code: 'no-platform' }
}
