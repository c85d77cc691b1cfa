import { randomUUID } from 'node:crypto'
import { reasonOf, SupportError } from '../base/errors.ts'
import type { Message, Platform } from '../platforms/platform.ts'
import type { Approve, Toolset } from '../toolset/toolset.ts'
import { ask } from './ask.ts'
import type { Witnesses } from './cross-check.ts'
import type { AgentEvent } from './events.ts'
import { stamped } from './prompt.ts'
import { orAborted } from './turn.ts'

export interface SessionOptions {
  /** Builds a new generation; rejects when it is called off. */
  toolsetFor(customerId: string, signal: AbortSignal): Promise<Toolset>
  /** Throws a SupportError where policy leaves none or none could answer. */
  platformsFor(asked: Asked): Promise<Platforms>
  promptFor(toolset: Toolset): string
  /** What whoever compares the answers of a cross-check is told. */
  judging?: string
  now?: () => Date
  mostTurns?: number
}

/** One question, for whoever picks the platforms for it. */
export interface Asked {
  customerId: string
  text: string
  isCritical: boolean
  /** Names of this conversation and this question. */
  conversation: string
  question: string
}

export interface Platforms {
  platform: Platform
  /** Others, for a cross-check. */
  witnesses?: Witnesses
}

/** Reason of a switch that was ended by a later one, or by leaving. */
export const CALLED_OFF = 'called off'

export type SwitchResult =
  | { ok: true; toolset: Toolset }
  | { ok: false; reason: string; hint: string | undefined }

export interface Question {
  /** Whom the person was asking: refused where another customer is current by now. */
  customerId: string
  text: string
  /** Other platforms shall answer it too, and be compared. */
  isCritical?: boolean | undefined
  signal: AbortSignal
  approve: Approve
}

/** Conversations of one chat, one customer at a time. */
export interface Session {
  /** The published set; undefined before the first switch. */
  current(): Toolset | undefined
  /** Cancels what is in flight, builds the new set, and publishes it whole or stays with the old. */
  switchTo(customerId: string, signal?: AbortSignal): Promise<SwitchResult>
  /** A new generation for the same customer, after servers came or went. A running question keeps its own. */
  refresh(signal?: AbortSignal): Promise<SwitchResult>
  /** Waits for a switch under way; ends with exactly one of answer, failed, cancelled. */
  ask(question: Question): AsyncGenerator<AgentEvent>
  /** Name of the current customer's conversation; undefined before its first question. */
  conversation(): string | undefined
  /** Forgets the current customer's conversation. */
  clear(): void
  close(): void
}

export function openSession(options: SessionOptions): Session {
  const conversations = new Map<string, Conversation>()
  const asking = new Set<AbortController>()
  const inUse = new Map<Toolset, number>()
  let published: Toolset | undefined
  let switching: { abort: AbortController; done: Promise<SwitchResult> } | undefined

  function build(customerId: string, signal: AbortSignal | undefined): Promise<SwitchResult> {
    switching?.abort.abort(new Error('another switch began'))
    const abort = new AbortController()
    const stop = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal
    const done = publish(customerId, stop)
    const entry = { abort, done }
    switching = entry
    void done.finally(() => {
      if (switching === entry) switching = undefined
    })
    return done
  }

  async function publish(customerId: string, signal: AbortSignal): Promise<SwitchResult> {
    try {
      const building = options.toolsetFor(customerId, signal)
      // A set that is ready after it was called off belongs to nobody.
      void building.then(late => signal.aborted && late.retire()).catch(() => {})
      const toolset = await orAborted(building, signal)
      if (toolset.customer.id !== customerId) throw new Error(`tools of another customer for ${customerId}`)
      if (signal.aborted) throw signal.reason
      const old = published
      published = toolset
      // Another customer's set ends here, whoever still reads from it; a running question keeps its own set.
      if (old && (old.customer.id !== customerId || !inUse.has(old))) old.retire()
      return { ok: true, toolset }
    } catch (error) {
      const hint = error instanceof SupportError ? error.hint : undefined
      return { ok: false, reason: signal.aborted ? CALLED_OFF : reasonOf(error), hint }
    }
  }

  function cancelAll(): void {
    for (const one of asking) one.abort(new Error('the customer was left'))
  }

  async function* conversation(question: Question, stop: AbortSignal): AsyncGenerator<AgentEvent> {
    if (switching) await orAborted(switching.done, stop)
    const toolset = published
    if (!toolset || toolset.customer.id !== question.customerId)
      return yield {
        type: 'failed',
        reason: otherCustomer(question, toolset),
        hint: undefined,
        code: 'failed',
      }
    const { id } = toolset.customer
    const talk = conversations.get(id) ?? { id: randomUUID(), messages: [] }
    const { text, isCritical = false, approve } = question
    const asked = { customerId: id, text, isCritical, conversation: talk.id, question: randomUUID() }
    const { platform, witnesses } = await orAborted(options.platformsFor(asked), stop)
    conversations.set(id, talk)
    inUse.set(toolset, (inUse.get(toolset) ?? 0) + 1)
    try {
      const { mostTurns, judging = '', now = () => new Date() } = options
      const added = yield* ask({
        platform,
        toolset,
        system: options.promptFor(toolset),
        history: talk.messages,
        question: stamped(text, now()),
        signal: stop,
        approve,
        crossCheck: isCritical && witnesses ? { witnesses, instructions: judging } : undefined,
        mostTurns,
      })
      // A conversation that was cleared meanwhile stays cleared.
      if (conversations.get(id) === talk) talk.messages.push(...added)
    } finally {
      release(toolset)
    }
  }

  function release(toolset: Toolset): void {
    const left = (inUse.get(toolset) ?? 1) - 1
    if (left > 0) return void inUse.set(toolset, left)
    inUse.delete(toolset)
    if (published !== toolset) toolset.retire()
  }

  async function* guarded(question: Question): AsyncGenerator<AgentEvent> {
    const own = new AbortController()
    asking.add(own)
    const stop = AbortSignal.any([question.signal, own.signal])
    try {
      yield* conversation(question, stop)
    } catch (error) {
      yield stop.aborted ? { type: 'cancelled' } : failure(error)
    } finally {
      asking.delete(own)
    }
  }

  return {
    current: () => published,
    switchTo(customerId, signal) {
      cancelAll()
      return build(customerId, signal)
    },
    refresh(signal) {
      if (!published) return Promise.resolve({ ok: false, reason: 'no customer is chosen', hint: undefined })
      return build(published.customer.id, signal)
    },
    ask: guarded,
    conversation: () => published && conversations.get(published.customer.id)?.id,
    clear() {
      if (published) conversations.delete(published.customer.id)
    },
    close() {
      cancelAll()
      switching?.abort.abort(new Error('closed'))
      published?.retire()
    },
  }
}

interface Conversation {
  id: string
  messages: Message[]
}

function otherCustomer({ customerId }: Question, toolset: Toolset | undefined): string {
  return toolset
    ? `the question was for ${customerId}, but the chat is with ${toolset.customer.id} now: not sent`
    : `${customerId} is not open: not sent`
}

function failure(error: unknown): AgentEvent {
  const support = error instanceof SupportError ? error : undefined
  return { type: 'failed', reason: reasonOf(error), hint: support?.hint, code: support?.code ?? 'failed' }
}
