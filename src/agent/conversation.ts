import { randomUUID } from 'node:crypto'
import type { Message, ModelRequest } from '../platforms/platform.ts'
import type { ConversationContents } from '../store/transcripts/conversations.ts'
import type { Toolset } from '../toolset/toolset.ts'
import { type EvidenceBook, openBook } from './evidence/book.ts'
import { sentText } from './prompt.ts'
import type { Asking } from './question/ask.ts'
import { specsOf } from './question/calls.ts'
import type { Episode } from './story.ts'
import { restored } from './transcript/restore.ts'
import type { Transcript } from './transcript/transcript.ts'

/** What the choice of platforms depends on. */
export interface AskedQuestion {
  customerId: string
  text: string
  isCritical: boolean
  /** Names of this conversation and this question. */
  conversation: string
  question: string
  /** US dollars that earlier tries of this question have cost. */
  earlierUsd: number
}

/** What a customer was asked, until a new conversation begins. */
export interface Conversation {
  id: string
  messages: Message[]
  book: EvidenceBook
  story: Episode[]
  transcript: Transcript | undefined
  /** The last question, if it has no answer. `isKept`: the messages end with it and its tool results. */
  unanswered?: { text: string; isCritical: boolean; isKept: boolean; spentUsd: number } | undefined
}

export interface ConversationOptions {
  now?: () => Date
  /** Instructions for the platform that proposes next checks for a handover. */
  handover?: string
  /** Where a conversation is written down, a new one or one that is continued (default: nowhere). */
  transcriptFor?(
    customerId: string,
    conversation: string,
    kept?: ConversationContents,
  ): Transcript | undefined
}

export function newConversation(options: ConversationOptions, customerId: string): Conversation {
  const { now, transcriptFor } = options
  const id = randomUUID()
  const transcript = transcriptFor?.(customerId, id)
  return {
    id,
    messages: [],
    book: openBook({ ...(now && { now }), keep: transcript }),
    story: [],
    transcript,
  }
}

/** As it was when it was left: answers cite the same numbers, and the model knows the same. */
export function continuedConversation(
  { now, transcriptFor }: ConversationOptions,
  customerId: string,
  { id, kept }: { id: string; kept: ConversationContents },
): Conversation {
  const { messages, story, evidence, unanswered } = restored(kept)
  const transcript = transcriptFor?.(customerId, id, kept)
  const book = openBook({ ...(now && { now }), keep: transcript, earlier: evidence })
  return { id, messages, book, story, transcript, unanswered }
}

/** What the next question to this customer is sent with, apart from the question. */
export function requestOf(
  { promptFor }: { promptFor(toolset: Toolset): string },
  toolset: Toolset | undefined,
  { id, messages = [] }: { id: string; messages: readonly Message[] | undefined },
): ModelRequest | undefined {
  if (toolset?.customer.id !== id) return undefined
  return { system: promptFor(toolset), tools: specsOf(toolset), messages: [...messages] }
}

/**
 * The last question and the beginning of its answer, if a person stopped it: the next question may be about what was shown. A
 * question that failed is left out, because it may be the reason for that.
 */
export function stoppedQuestion({ messages, story, unanswered }: Conversation): Message[] {
  const last = story.at(-1)
  if (!unanswered || last?.end?.type !== 'cancelled') return []
  const isThere = unanswered.isKept && messages.length > 0
  const begun = last.begun?.trim() ?? ''
  // The results of its calls say that they were cancelled.
  if (isThere && begun === '') return []
  const asked: Message = { role: 'user', text: sentText(last.question, last.at) }
  const text = `${begun}\n\n${STOPPED}`.trim()
  return [...(isThere ? [] : [asked]), { role: 'assistant', text, calls: [] }]
}

const STOPPED = '[the person stopped this answer here]'

/** What a question knows of its conversation, and how it shortens it. */
export function memoryOf(
  conversation: Conversation,
): Pick<Asking, 'history' | 'book' | 'lastTurn' | 'shortened' | 'remember'> {
  const { messages, book, story } = conversation
  return {
    history: messages,
    book,
    lastTurn: story.at(-2)?.turn,
    shortened: history => {
      conversation.messages = [...history]
    },
    remember: added => conversation.transcript?.remember([...conversation.messages, ...added]),
  }
}
