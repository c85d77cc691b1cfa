import { randomUUID } from 'node:crypto'
import { orAborted } from '../base/waiting/aborted.ts'
import type { ModelRequest, Platform, Spent } from '../platforms/platform.ts'
import type { ConversationContents } from '../store/transcripts/conversations.ts'
import type { Approve, Toolset } from '../toolset/toolset.ts'
import {
  type AskedQuestion,
  type Conversation,
  type ConversationOptions,
  continuedConversation,
  memoryOf,
  newConversation,
  requestOf,
  stoppedQuestion,
} from './conversation.ts'
import type { AgentEvent } from './events.ts'
import { type EvidenceBook, NO_EVIDENCE } from './evidence/book.ts'
import { type Consulted, consulted } from './handover/consult.ts'
import { sentText } from './prompt.ts'
import { openPublisher, type Publisher, type SwitchResult } from './publisher.ts'
import { type Asking, ask } from './question/ask.ts'
import type { Witnesses } from './question/cross-check.ts'
import { failure, notSent } from './question/failures.ts'
import { type Episode, told } from './story.ts'
import type { Transcript } from './transcript/transcript.ts'

export interface SessionOptions extends ConversationOptions {
  /** Builds a new generation; rejects when it is called off. */
  toolsetFor(customerId: string, signal: AbortSignal): Promise<Toolset>
  /** Throws a SupportError if policy allows no platform, or none is available. */
  platformsFor(asked: AskedQuestion): Promise<Platforms>
  promptFor(toolset: Toolset): string
  /** Instructions for the platform that compares the answers of a cross-check. */
  judging?: string
  /** Instructions for the platform that shortens a conversation (default: results are left out, and no more). */
  summarizing?: string
  mostTurns?: number
}

interface Platforms {
  platform: Platform
  /** Others, for a cross-check. */
  witnesses?: Witnesses
  /** What they have cost so far. */
  spent?: () => Spent
}

export interface Question {
  /** The customer whom the question is about; it is not sent if the chat has switched to another one. */
  customerId: string
  text: string
  /** What the screen shows instead of the text. */
  shown?: string | undefined
  /** Whether other platforms answer it too, and the answers are compared. */
  isCritical?: boolean | undefined
  /** The same question as the last one: it continues from the tool results that are kept. */
  isRetry?: boolean | undefined
  signal: AbortSignal
  approve: Approve
}

/** The conversations of one chat, one customer at a time. */
export interface Session {
  /** The published toolset; undefined before the first switch. */
  current(): Toolset | undefined
  /** Cancels what is in flight, builds the new toolset, and publishes it whole or stays with the old one. */
  switchTo(customerId: string, signal?: AbortSignal): Promise<SwitchResult>
  /** A new generation for the same customer, after servers came or went. A running question keeps its own. */
  refresh(signal?: AbortSignal): Promise<SwitchResult>
  /** Whether refresh() may find tools of a server that somebody has signed in to. ask() does it by itself. */
  isOutdated(): boolean
  /** Cancels what is in flight, and has no toolset until the next switch. Conversations are kept. */
  disconnect(): void
  /**
   * The question is written down before this returns, and each event before it is yielded. Waits for a switch under way;
   * ends with exactly one of answer, failed, cancelled.
   */
  ask(question: Question): AsyncGenerator<AgentEvent>
  /** Name of this customer's conversation; undefined before its first question. */
  conversation(customerId: string): string | undefined
  /** A customer's last question, if it has no answer. */
  unanswered(customerId: string): Pick<Question, 'text' | 'isCritical'> | undefined
  /** The calls of this customer's conversation. */
  evidence(customerId: string): Pick<EvidenceBook, 'find' | 'all'>
  /** What was asked in this customer's conversation. */
  story(customerId: string): readonly Episode[]
  /** What the next question would be sent with; undefined before this customer's tools are there. */
  request(customerId: string): ModelRequest | undefined
  /** What the model says of this customer's conversation, without tools. Rejects if no platform answers. */
  consult(customerId: string, signal: AbortSignal): Promise<Consulted>
  /** Leaves this customer's conversation: the next question begins a new one. */
  clear(customerId: string): void
  /** Continues a conversation of an earlier run, with the tools of today. */
  continue(customerId: string, conversation: string, kept: ConversationContents): void
  /** Something that the program told the person, for the transcript. */
  told(customerId: string, ...told: Parameters<Transcript['told']>): void
  close(): void
}

type Parts = { options: SessionOptions; publisher: Publisher; conversation: Conversation }

export function openSession(options: SessionOptions): Session {
  /** By customer. */
  const conversations = new Map<string, Conversation>()
  const asking = new Set<AbortController>()
  const publisher = openPublisher(options.toolsetFor)
  const currentId = () => publisher.current()?.customer.id
  const conversationOf = (id: string) => conversations.get(id) ?? newConversation(options, id)

  function cancelAll(): void {
    for (const one of asking) one.abort(new Error('the customer was left'))
  }

  async function* guarded(question: Question, conversation: Conversation): AsyncGenerator<AgentEvent> {
    const own = new AbortController()
    asking.add(own)
    const stop = AbortSignal.any([question.signal, own.signal])
    try {
      for await (const event of converse(question, stop, { options, publisher, conversation })) {
        conversation.transcript?.event(event)
        yield event
      }
    } catch (error) {
      const end = stop.aborted ? ({ type: 'cancelled' } as const) : failure(error)
      const episode = conversation.story.at(-1)
      if (episode) episode.end ??= end
      conversation.transcript?.event(end)
      yield end
    } finally {
      asking.delete(own)
    }
  }

  function replace(customerId: string, next: Conversation | undefined): void {
    conversations.get(customerId)?.transcript?.leave()
    if (next) conversations.set(customerId, next)
    else conversations.delete(customerId)
  }

  return {
    current: publisher.current,
    switchTo(customerId, signal) {
      cancelAll()
      return publisher.publish(customerId, signal)
    },
    async refresh(signal) {
      const id = currentId()
      if (id === undefined)
        return { ok: false, reason: 'no customer is chosen', hint: undefined, code: 'failed' }
      return publisher.publish(id, signal)
    },
    isOutdated: () => publisher.current()?.isOutdated?.() === true,
    disconnect() {
      cancelAll()
      publisher.leave()
    },
    ask(question) {
      const { customerId, text, shown = text, isCritical = false } = question
      const conversation = conversationOf(customerId)
      conversations.set(customerId, conversation)
      conversation.transcript?.asked({ text, shown, isCritical }, options.now?.() ?? new Date())
      return guarded(question, conversation)
    },
    conversation: id => conversations.get(id)?.id,
    evidence: id => conversations.get(id)?.book ?? NO_EVIDENCE,
    story: id => conversations.get(id)?.story ?? [],
    unanswered: id => conversations.get(id)?.unanswered,
    request: id => requestOf(options, publisher.current(), { id, messages: conversations.get(id)?.messages }),
    told: (id, ...told) => conversations.get(id)?.transcript?.told(...told),
    consult: (id, signal) => consulted(options, conversationOf(id), id, signal),
    clear: id => replace(id, undefined),
    continue(id, conversation, kept) {
      replace(id, continuedConversation(options, id, { id: conversation, kept }))
    },
    close() {
      cancelAll()
      publisher.close()
      for (const { transcript } of conversations.values()) transcript?.leave()
    },
  }
}

/** One question in the current customer's conversation; may throw. */
async function* converse(question: Question, stop: AbortSignal, parts: Parts): AsyncGenerator<AgentEvent> {
  const { options, publisher, conversation } = parts
  const pending = publisher.pending()
  if (pending) await orAborted(pending, stop)
  const last = publisher.current()
  // If that fails, the old tools are still there.
  if (last?.isOutdated?.()) await orAborted(publisher.publish(last.customer.id, undefined), stop)
  const toolset = publisher.current()
  if (toolset?.customer.id !== question.customerId) return yield notSent(question.customerId, toolset)
  conversation.transcript?.setting(toolset)
  const { text, isCritical = false } = question
  const isKept = question.isRetry === true && conversation.unanswered?.isKept === true
  if (question.isRetry !== true) conversation.messages.push(...stoppedQuestion(conversation))
  const earlierUsd = question.isRetry === true ? (conversation.unanswered?.spentUsd ?? 0) : 0
  conversation.unanswered = { text, isCritical, isKept, spentUsd: earlierUsd }
  const at = options.now?.() ?? new Date()
  const episode: Episode = { question: text, at, calls: [], end: undefined }
  conversation.story.push(episode)
  const names = { conversation: conversation.id, question: randomUUID() }
  const asked = { customerId: toolset.customer.id, text, isCritical, ...names, earlierUsd }
  const platforms = await orAborted(options.platformsFor(asked), stop)
  const held = publisher.hold(toolset)
  try {
    const asking = {
      ...askingOf(options, question, platforms),
      toolset,
      deciding: held.deciding,
      ...memoryOf(conversation),
    }
    if (isKept) asking.question = undefined
    const events = ask({ ...asking, system: options.promptFor(toolset), signal: stop })
    const added = yield* told(events, episode)
    const end = added.at(-1)
    const isAnswered = end?.role === 'assistant' && end.calls.length === 0
    conversation.unanswered = isAnswered
      ? undefined
      : {
          text,
          isCritical,
          isKept: isKept || added.length > 0,
          spentUsd: earlierUsd + (platforms.spent?.().cost.usd ?? 0),
        }
    conversation.messages.push(...added)
    conversation.transcript?.remember(conversation.messages)
  } finally {
    held.release()
  }
}

function askingOf(
  { mostTurns, summarizing, judging = '', now = () => new Date() }: SessionOptions,
  { text, isCritical, approve }: Question,
  { platform, witnesses, spent }: Platforms,
): Omit<Asking, 'toolset' | 'history' | 'book' | 'system' | 'signal'> {
  const crossCheck = isCritical && witnesses ? { witnesses, instructions: judging } : undefined
  return { platform, question: sentText(text, now()), approve, crossCheck, mostTurns, summarizing, spent }
}
