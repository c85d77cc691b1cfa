import { LOCAL } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { orAborted } from '../../base/waiting/aborted.ts'
import { gate } from '../../base/waiting/gate.ts'
import { FIND_TOOLS, type FoundTools, findTools } from '../../dialects/select/find.ts'
import { framedResult } from '../../platforms/calls/framed.ts'
import type { Message, ModelCall, ToolSpec } from '../../platforms/platform.ts'
import { signed } from '../../toolset/calls/signed.ts'
import { effectOf, GRAVITY } from '../../toolset/policy/effect.ts'
import { readerServers } from '../../toolset/resources/reader.ts'
import {
  type Approval,
  type Approve,
  type Effect,
  MAY_HAVE_RUN,
  type OfferedTool,
  type ToolCallOptions,
  type ToolOutcome,
  type Toolset,
} from '../../toolset/toolset.ts'
import type { AgentEvent } from '../events.ts'
import type { BegunCall, EvidenceBook } from '../evidence/book.ts'
import { type Overview, overview, READ_RESULT, readResult } from '../evidence/read-result.ts'
import { openNews } from './news.ts'

/** Calls at a time; more would overload the customer's systems. */
const AT_ONCE = 8
const MOST_CALLS = 100

interface RunOptions {
  signal: AbortSignal
  approve: Approve
  /** What decides on a call of this tool now (default: the toolset). */
  deciding?: ((name: string) => Toolset) | undefined
  book: EvidenceBook
  /** Gets each result before the event of its end; when it is cancelled, one for each call that has not ended. */
  ended?(result: Message): void
}

/**
 * Runs a turn's calls side by side, with events when each starts, reports progress and ends. Returns exactly one result for each call,
 * in the order of the calls; a denied, unknown or failed call becomes a text that the model can read.
 */
export async function* runCalls(
  toolset: Toolset,
  calls: readonly ModelCall[],
  { signal, approve, deciding = () => toolset, book, ended: tell }: RunOptions,
): AsyncGenerator<AgentEvent, Message[]> {
  const numbers = new Map<string, number>()
  for (const [i, call] of calls.entries()) {
    const { effect, ...about } = aboutCall(deciding(call.name), call, i >= MOST_CALLS)
    const number = isOwn(toolset, call) ? undefined : book.begin(about)
    if (number !== undefined) numbers.set(call.id, number)
    const { server, tool, args } = about
    yield { type: 'call-started', id: call.id, ...(number && { number }), server, tool, args, effect }
  }
  const pass = gate(AT_ONCE)
  const results = new Map<string, Message>()
  const stages = new Map<string, ReachedStage>()
  const news = openNews()
  const running = new Map(
    calls.map((call, i) => [
      call.id,
      pass(signal, () =>
        runCall(toolset, call, {
          signal,
          approve,
          deciding,
          book,
          number: numbers.get(call.id),
          isOver: i >= MOST_CALLS,
          onProgress: progress => news.add(call.id, progress),
          reached: stage => void stages.set(call.id, stage),
        }),
      ).then(outcome => ({ call, outcome })),
    ]),
  )
  while (running.size > 0) {
    const ended = await orAborted(Promise.race([...running.values(), news.some()]), signal).catch(error => {
      // The model has to know of these, too.
      for (const call of calls)
        if (running.has(call.id)) tell?.(cutOff(call, stages.get(call.id), numbers.get(call.id)))
      throw error
    })
    if (!ended) {
      for (const [id, progress] of news.take())
        if (running.has(id)) yield { type: 'call-progress', id, progress }
      continue
    }
    const { call, outcome } = ended
    const { result, part } = resultOf(call, outcome, numbers.get(call.id))
    running.delete(call.id)
    results.set(call.id, result)
    tell?.(result)
    yield { type: 'call-ended', id: call.id, outcome, ...(part !== undefined && { part }) }
  }
  return calls.flatMap(call => results.get(call.id) ?? [])
}

/** Tools that a search found are offered from the next turn on. `of`: the number of the result that was read. */
type CallOutcome = ToolOutcome & { found?: readonly string[]; of?: number }

interface CallOptions {
  signal: AbortSignal
  approve: Approve
  deciding(name: string): Toolset
  book: EvidenceBook
  number: number | undefined
  /** There are too many calls in this turn. */
  isOver: boolean
  onProgress: ToolCallOptions['onProgress']
  reached(stage: ReachedStage): void
}

/** Where a call is. Before the first stage, it waits for other calls. `asked`: a person has not allowed it yet. */
type ReachedStage = { at: 'sent'; isWrite: boolean } | { at: 'asked' }

/** Also of a question that was cancelled, the book gets the outcome: a write may have run. */
async function runCall(toolset: Toolset, call: ModelCall, options: CallOptions): Promise<CallOutcome> {
  const { signal, deciding, book, number, isOver, onProgress, reached } = options
  if (isOwn(toolset, call)) {
    const isReading = call.name === READ_RESULT.name
    return ownOutcome(isReading ? readResult(book, call.args) : findTools(specsOf(toolset), call.args))
  }
  const asked = deciding(call.name)
  const { isWrite } = aboutCall(asked, call, isOver)
  if (number !== undefined) book.correct(number, isWrite)
  const sent = { at: 'sent', isWrite } as const
  let byPerson = false
  const approve: Approve = async request => {
    reached({ at: 'asked' })
    if (number !== undefined) book.asked(number)
    const given = await options.approve(request)
    const now = deciding(call.name)
    const approval = given.allowed && now !== asked && isGraver(now, call, request.effect) ? CHANGED : given
    byPerson = approval.allowed
    if (byPerson) reached(sent)
    if (byPerson && number !== undefined) book.allowed(number)
    return approval
  }
  reached(sent)
  const outcome = isOver ? tooMany() : await asked.call(call.name, call.args, { signal, approve, onProgress })
  if (number !== undefined) book.end(number, outcome, byPerson)
  return outcome
}

const CHANGED: Approval = {
  allowed: false,
  reason: 'its server has changed this tool while a person was asked; call it again',
}

/** Whether this call does not do what a person was asked about, by what its server says now. */
function isGraver(toolset: Toolset, call: ModelCall, { kind }: Effect): boolean {
  const tool = toolset.tools.find(one => one.name === call.name)
  return !tool || GRAVITY[effectOf(tool, call.args).kind] > GRAVITY[kind]
}

function tooMany(): ToolOutcome {
  const text = `not run: more than ${MOST_CALLS} calls in one turn; make fewer calls at once`
  return { kind: 'tool_error', text, took: 0, cutBytes: 0 }
}

function ownOutcome({ isError, ...rest }: Partial<FoundTools> & { text: string; of?: number }): CallOutcome {
  return { kind: isError ? 'tool_error' : 'answered', ...rest, took: 0, cutBytes: 0 }
}

const OWN = [FIND_TOOLS.name, READ_RESULT.name]

/** Whether the call is for a tool of the agent itself. */
function isOwn(toolset: Toolset, { name }: ModelCall): boolean {
  return OWN.includes(name) && !toolset.tools.some(tool => tool.name === name)
}

const specs = new WeakMap<Toolset, ToolSpec[]>()

/** The tools as platforms see them; the same list for the same generation, so that it is compiled once. */
export function specsOf(toolset: Toolset): ToolSpec[] {
  const known = specs.get(toolset)
  if (known) return known
  const made = toolset.tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
  specs.set(toolset, made)
  return made
}

/** @param isOver whether it is not going to run: it changes nothing, like one whose arguments are no object */
function aboutCall(
  toolset: Toolset,
  call: ModelCall,
  isOver: boolean,
): BegunCall & { effect: Effect['kind'] | undefined } {
  const tool = toolset.tools.find(offered => offered.name === call.name)
  const args = call.args ?? call.rawArgs
  const effect = tool && effectOf(tool, call.args).kind
  const isWrite = effect !== undefined && effect !== 'read' && !isOver && isRecord(call.args)
  return {
    server: tool?.server || askedServer(tool, args),
    tool: tool?.tool ?? call.name,
    args: tool && isRecord(call.args) ? signed(tool, call.args, LOCAL) : args,
    isWrite,
    effect,
  }
}

/** A tool of our own gets the server to ask as an argument. A model can write anything there. */
function askedServer(tool: OfferedTool | undefined, args: unknown): string {
  const server = isRecord(args) && typeof args.server === 'string' ? args.server : ''
  return tool && readerServers(tool)?.includes(server) ? server : ''
}

/** As long as what the toolset would show of it. */
function shortened({ text }: Pick<ToolOutcome, 'text'>, whole: string, number: number): Overview {
  return overview(whole, number, Buffer.byteLength(text))
}

/** What the model gets of a call that was cancelled with its question. */
function cutOff(call: ModelCall, stage: ReachedStage | undefined, number: number | undefined): Message {
  const text = cutOffWords(stage)
  const framed = number === undefined ? text : framedResult(number, text)
  return { role: 'tool', callId: call.id, name: call.name, text: framed, isError: true }
}

function cutOffWords(stage: ReachedStage | undefined): string {
  if (stage === undefined) return 'not run: cancelled before it began'
  if (stage.at === 'asked') return 'not run: cancelled before a person allowed it'
  return `cancelled before it ended${stage.isWrite ? `; ${MAY_HAVE_RUN}` : ''}`
}

/** What the model gets, and how much of the result that is, if it is not all of it. */
function resultOf(
  call: ModelCall,
  outcome: CallOutcome,
  number: number | undefined,
): { result: Message; part: string | undefined } {
  const { whole, found } = outcome
  const shorter = whole === undefined || number === undefined ? undefined : shortened(outcome, whole, number)
  const text = (shorter?.text ?? outcome.text) || '(the tool returned nothing)'
  const isError = outcome.kind !== 'answered'
  // What was read of a result is as untrusted as the result.
  const from = number ?? outcome.of
  const framed = from === undefined ? text : framedResult(from, text)
  const more = found && { found }
  const result = { role: 'tool' as const, callId: call.id, name: call.name, text: framed, isError, ...more }
  return { result, part: shorter?.part }
}
