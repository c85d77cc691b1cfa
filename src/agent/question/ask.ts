import { redactedLine } from '../../base/redact.ts'
import type { Message, ModelCall, ModelRequest, Platform, Spent, ToolSpec } from '../../platforms/platform.ts'
import type { Approve, Toolset } from '../../toolset/toolset.ts'
import { isShortened } from '../compaction/mask.ts'
import type { AgentEvent, AnswerCheck, FinalAnswer, Turned } from '../events.ts'
import type { EvidenceBook } from '../evidence/book.ts'
import { checkAnswer } from '../evidence/check.ts'
import { READ_RESULT } from '../evidence/read-result.ts'
import { runCalls, specsOf } from './calls.ts'
import { conclusion } from './conclusion.ts'
import { crossCheck, crossCheckText, type Witnesses } from './cross-check.ts'
import { failedWith, faultEvent } from './failures.ts'
import { repeatedCall } from './repeats.ts'
import { openRoom } from './room.ts'
import type { ModelTurn } from './turn.ts'

const MOST_TURNS = 20
/** Of the arguments of a call that is about to be made again, in characters. */
const LONGEST_ARGUMENTS = 200

export interface Asking {
  platform: Platform
  toolset: Toolset
  /** What decides on a call of this tool (default: the toolset). */
  deciding?: ((name: string) => Toolset) | undefined
  system: string
  /** The conversation so far; not changed here. */
  history: readonly Message[]
  /** Undefined: the history ends with a question that has no answer yet, and its tool results. */
  question: string | undefined
  signal: AbortSignal
  approve: Approve
  /** The last turn of the question before. */
  lastTurn?: Turned | undefined
  /** Instructions for a platform that writes a summary (default: none is written). */
  summarizing?: string | undefined
  /** Gets a shorter history, if the conversation gets too long for the model. */
  shortened?: ((history: readonly Message[]) => void) | undefined
  /** Gets the messages that this question has added, before each event that follows from them; at its end, those that stay. */
  remember?: ((added: readonly Message[]) => void) | undefined
  /** Gets the calls of this question. */
  book: EvidenceBook
  /** For a critical question: other platforms answer it too. */
  crossCheck?: { witnesses: Witnesses; instructions: string } | undefined
  /** What the question has cost so far. */
  spent?: (() => Spent) | undefined
  /** Most turns for one question (default: 20). */
  mostTurns?: number | undefined
}

/**
 * One question: the model writes, calls tools and reads their results until it answers. Yields events, the last of them
 * exactly one of answer, failed, cancelled; returns the messages to remember. Those are complete turns only: one in which the
 * model was still writing is left out, and so is a question without any complete turn. Calls that were cancelled have
 * a result that says so.
 */
export async function* ask(asking: Asking): AsyncGenerator<AgentEvent, Message[]> {
  const events = loop(asking)
  try {
    for (;;) {
      const { value, done } = await events.next()
      if (done) return value
      const isLast = value.type === 'answer' || value.type === 'failed' || value.type === 'cancelled'
      yield isLast ? { ...value, spent: asking.spent?.() } : value
    }
  } finally {
    await events.return([])
  }
}

async function* loop(asking: Asking): AsyncGenerator<AgentEvent, Message[]> {
  const { toolset, signal } = asking
  const { question } = asking
  const added: Message[] = question === undefined ? [] : [{ role: 'user', text: question }]
  const asked = added.length
  const kept = () => (added.length > asked ? added : [])
  const remember = (messages: readonly Message[]) => asking.remember?.(messages)
  const over = (end: AgentEvent) => {
    remember(kept())
    return end
  }
  const room = openRoom(asking)
  let running: RunningTurn | undefined
  try {
    remember(added)
    for (let turns = 1; turns <= (asking.mostTurns ?? MOST_TURNS); turns++) {
      const requestOf = (history: readonly Message[]): ModelRequest => ({
        system: asking.system,
        messages: [...history, ...added],
        tools: offered(toolset, asking.book, history),
      })
      const { turn, request } = yield* room.turn(requestOf)
      if (turn.reason !== 'calls' || turn.calls.length === 0) {
        const end = conclusion(turn)
        if (end.type === 'failed') yield over(end)
        else {
          const check = checked(asking, end.text)
          const answer = yield* answered(asking, request, { turn, text: end.text, turns, check })
          added.push({ role: 'assistant', text: answer.text, calls: [] })
          yield over(answer)
        }
        return kept()
      }
      const calls = callsOf(turn)
      const repeated = repeatedCall(added, calls)
      if (repeated) {
        yield over(stuck(toolset, repeated))
        return kept()
      }
      const results: Message[] = []
      running = { turn, results }
      remember([...added, turn.message])
      const ended = (result: Message) => {
        results.push(result)
        remember([...added, turn.message, ...results])
      }
      yield* runCalls(toolset, calls, { ...asking, ended })
      added.push(...messagesOf(running))
      running = undefined
    }
    const words = `no answer after ${asking.mostTurns ?? MOST_TURNS} turns`
    yield over(failedWith(words, 'split the question into smaller ones'))
  } catch (error) {
    if (running && isWhole(running)) added.push(...messagesOf(running))
    if (signal.aborted) yield over({ type: 'cancelled' })
    else yield over(faultEvent(error, added.length > asked || question === undefined))
  }
  return kept()
}

/** A turn whose calls are running, with the results that are there. */
interface RunningTurn {
  turn: ModelTurn
  results: Message[]
}

function isWhole({ turn, results }: RunningTurn): boolean {
  return results.length === turn.calls.length
}

/** Platforms want one result for each call, in the order of the calls. */
function messagesOf({ turn: { message, calls }, results }: RunningTurn): Message[] {
  const resultsOf = ({ id }: ModelCall) => results.filter(one => one.role === 'tool' && one.callId === id)
  return [message, ...calls.flatMap(resultsOf)]
}

/** With a tool to read results that were too long or left out, once there is one. */
function offered(toolset: Toolset, book: EvidenceBook, history: readonly Message[]): ToolSpec[] {
  const specs = specsOf(toolset)
  return isShortened(history) || book.all().some(one => one.isLarge) ? [...specs, READ_RESULT] : specs
}

/** The answer with its platform; for a critical question, with a cross-check. */
async function* answered(
  { platform, crossCheck: checks, signal }: Asking,
  request: ModelRequest,
  { turn, text, turns, check }: Pick<FinalAnswer, 'text' | 'turns' | 'check'> & { turn: ModelTurn },
): AsyncGenerator<AgentEvent, FinalAnswer> {
  const { platform: name, model } = turn.served ?? { platform: platform.name, model: platform.model }
  const who = { platform: name, model }
  const answer = { type: 'answer' as const, text, turns, ...who, rule: turn.served?.rule, check }
  if (!checks) return { ...answer, crossCheck: undefined }
  const checking = { ...checks, request, answer: { ...who, text }, signal }
  const peers = checks.witnesses.peers(name)
  yield { type: 'cross-checking', platforms: peers.map(one => one.name) }
  const compared = await crossCheck(checking, peers)
  const block = crossCheckText(compared)
  yield { type: 'text', text: block }
  return { ...answer, text: `${text}\n\n${block}`, crossCheck: compared }
}

/** Undefined before the first call of the conversation, unless the answer cites one all the same. */
function checked({ book, question, history }: Asking, answer: string): AnswerCheck | undefined {
  const asked = question ?? history.findLast(one => one.role === 'user')?.text ?? ''
  const check = checkAnswer(answer, asked, book)
  if (book.all().length > 0) return check
  return check.unknown.length === 0 ? undefined : { ...check, unshown: [] }
}

/** Makes ids unique: a model that gives two calls the same id would get one result for both. */
function callsOf(turn: ModelTurn): ModelTurn['calls'] {
  const seen = new Set<string>()
  for (const [i, call] of turn.calls.entries()) {
    if (seen.has(call.id)) call.id = `${call.id}_${i}`
    seen.add(call.id)
  }
  return turn.calls
}

/** Whether it should go on is for a person to say. */
function stuck(toolset: Toolset, call: ModelCall): AgentEvent {
  const { server, tool = call.name } = toolset.tools.find(one => one.name === call.name) ?? {}
  const args = redactedLine(JSON.stringify(call.args ?? call.rawArgs), LONGEST_ARGUMENTS)
  const words = `${server ? `${server} · ` : ''}${tool} ${args}`
  return {
    ...failedWith(
      `stopped: the same call was about to be made a third time, and its result was the same twice: ${words}`,
      'ask again, or ask in other words',
    ),
    isPartlyKept: true,
  }
}
