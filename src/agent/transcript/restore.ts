// A conversation as it was written down, for the model, for /show and for /report.

import type { Message } from '../../platforms/platform.ts'
import type { ConversationContents } from '../../store/transcripts/conversations.ts'
import { MAY_HAVE_RUN } from '../../toolset/toolset.ts'
import type { AgentEvent } from '../events.ts'
import type { CallFacts, Evidence } from '../evidence/book.ts'
import { type Episode, noteEvent } from '../story.ts'
import type { AskedEntry } from './transcript.ts'

/** One question with everything that was shown of it. */
export interface KeptEpisode {
  asked: AskedEntry
  at: Date
  /** The last is its end, also if the program was killed before it came. */
  events: AgentEvent[]
}

interface RestoredConversation {
  messages: Message[]
  story: Episode[]
  evidence: Evidence[]
  unanswered: { text: string; isCritical: boolean; isKept: boolean; spentUsd: number } | undefined
}

export function restored(kept: ConversationContents): RestoredConversation {
  const messages = [...kept.messages] as Message[]
  const story = keptEpisodes(kept).map(({ asked, at, events }): Episode => {
    const episode: Episode = { question: asked.text, at, calls: [], end: undefined }
    for (const event of events) noteEvent(episode, event)
    return episode
  })
  return { messages, story, evidence: keptEvidence(kept), unanswered: unansweredIn(kept, messages) }
}

/** The questions of a conversation, in their order. */
export function keptEpisodes({ entries }: Pick<ConversationContents, 'entries'>): KeptEpisode[] {
  const episodes: KeptEpisode[] = []
  for (const { kind, body, at } of entries) {
    const last = episodes.at(-1)
    if (kind === 'asked') episodes.push({ asked: body as AskedEntry, at, events: [] })
    else if (kind === 'text') last?.events.push({ type: 'text', text: (body as { text: string }).text })
    else if (kind !== 'command' && kind !== 'note') last?.events.push(body as AgentEvent)
  }
  return episodes.map(one => (one.events.some(isEnd) ? one : { ...one, events: [...one.events, CUT_OFF] }))
}

/** The end of a question that has none, because the program was killed. */
export function cutOff(entries: readonly { kind: string }[]): AgentEvent | undefined {
  return entries.some(({ kind }) => isEnd({ type: kind })) ? undefined : CUT_OFF
}

const CUT_OFF: AgentEvent = {
  type: 'failed',
  reason: 'no answer: supportmax ended before it came',
  hint: 'run /retry to ask again',
  code: 'failed',
}

function isEnd({ type }: { type: string }): boolean {
  return type === 'answer' || type === 'failed' || type === 'cancelled'
}

/** A call that had not ended when the program was killed counts as cancelled; a write may have run. */
export function keptEvidence({ calls }: Pick<ConversationContents, 'calls'>): Evidence[] {
  return calls.map(({ number, body, hasEnded, text }) => {
    const facts = body as CallFacts
    const at = new Date(facts.at)
    if (hasEnded) return { ...facts, at, text }
    const words = facts.isWrite ? MAY_HAVE_RUN : 'cancelled'
    const cut = { kind: 'cancelled', byPerson: false, size: words.length, took: 0, isLarge: false } as const
    return { ...facts, ...cut, number, at, text: () => words }
  })
}

function unansweredIn(
  kept: ConversationContents,
  messages: readonly Message[],
): RestoredConversation['unanswered'] {
  const last = keptEpisodes(kept).at(-1)
  const end = last?.events.at(-1)
  if (!last || !end || end.type === 'answer') return undefined
  const isKept = end !== CUT_OFF && messages.at(-1)?.role === 'tool'
  const spentUsd = 'spent' in end ? (end.spent?.cost.usd ?? 0) : 0
  return { ...last.asked, isKept, spentUsd }
}
