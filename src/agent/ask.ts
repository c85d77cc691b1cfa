import { reasonOf } from '../base/errors.ts'
import {
  type Message,
  type Platform,
  PlatformFault,
  type PlatformFaultKind,
  type Usage,
} from '../llm/platform.ts'
import type { Approve, Toolset } from '../mcp/toolset.ts'
import { runCalls } from './calls.ts'
import type { AgentEvent } from './events.ts'
import { streamTurn, type Turn } from './turn.ts'

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
  let usage: Usage | undefined
  try {
    for (let turns = 1; turns <= (asking.mostTurns ?? MOST_TURNS); turns++) {
      const request = {
        system: asking.system,
        messages: [...asking.history, ...added],
        tools: toolset.tools.map(({ name, description, inputSchema }) => ({
          name,
          description,
          inputSchema,
        })),
      }
      const turn = yield* streamTurn(platform, request, signal)
      usage = sum(usage, turn.usage)
      if (turn.reason !== 'calls' || turn.calls.length === 0) {
        const end = conclusion(turn)
        if (end.type === 'failed') yield end
        else {
          added.push({ role: 'assistant', text: end.text, calls: [] })
          const { name, model } = platform
          yield { type: 'answer', text: end.text, turns, usage, platform: name, model }
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

/** A model that gives two calls one id would get one result for both. */
function uniquely(turn: Turn): Turn['calls'] {
  const seen = new Set<string>()
  for (const call of turn.calls) {
    while (seen.has(call.id)) call.id = `${call.id}_`
    seen.add(call.id)
  }
  return turn.calls
}

function conclusion(turn: Turn): { type: 'text'; text: string } | Extract<AgentEvent, { type: 'failed' }> {
  if (turn.reason === 'filtered') return failed("the platform's content filter stopped the answer", undefined)
  if (!turn.text.trim()) return failed('the model gave an empty answer', 'ask again, or take another --model')
  const cut = turn.reason === 'length' ? "\n\n_[cut at the model's limit]_" : ''
  return { type: 'text', text: turn.text + cut }
}

function failed(reason: string, hint: string | undefined): Extract<AgentEvent, { type: 'failed' }> {
  return { type: 'failed', reason, hint, code: 'failed' }
}

const HINTS: Partial<Record<PlatformFaultKind, string>> = {
  auth: 'check the key of this platform',
  rate_limit: 'wait a little, or take another --platform',
  not_found: 'check the name of the model (--model)',
  network: 'check the base_url and the network',
}

function fault(error: unknown, hasWhole: boolean): AgentEvent {
  if (!(error instanceof PlatformFault)) return failed(reasonOf(error), undefined)
  const half = hasWhole
    ? 'the broken turn was discarded, the ones before it are kept'
    : 'the turn was discarded'
  const reason = `${error.platform}: ${reasonOf(error)}; ${half}`
  return { type: 'failed', reason, hint: HINTS[error.kind] ?? 'ask again', code: 'no-platform' }
}

function sum(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (!one || !other) return one ?? other
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
  }
}
