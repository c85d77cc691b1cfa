// A conversation as it was written down, for the model, for /show and for /report.

import type { Message } from '../../platforms/platform.ts'
import type { ConversationContents } from '../../store/transcripts/conversations.ts'
import { MAY_HAVE_RUN } from '../../toolset/toolset.ts'
import type { CallFacts, Evidence, WaitingCall } from '../evidence/book.ts'
import { type Episode, noteEvent } from '../story.ts'
import { type KeptEpisode, keptEpisodes } from './episodes.ts'
import { mended } from './mended.ts'

interface RestoredConversation {
  messages: Message[]
  story: Episode[]
  evidence: Evidence[]
  unanswered: { text: string; isCritical: boolean; isKept: boolean; spentUsd: number } | undefined
}

export function restored(kept: ConversationContents): RestoredConversation {
  const [episodes, evidence] = [keptEpisodes(kept), keptEvidence(kept)]
  const last = episodes.at(-1)
  const messages = mended(kept.messages as Message[], last, evidence)
  const story = episodes.map(({ asked, at, events }): Episode => {
    const episode: Episode = { question: asked.text, at, calls: [], end: undefined }
    for (const event of events) noteEvent(episode, event)
    return episode
  })
  return { messages, story, evidence, unanswered: unansweredIn(last, messages) }
}

/** A call that had not ended when the program was killed counts as cancelled; a write that was sent may have run. */
export function keptEvidence({ calls }: Pick<ConversationContents, 'calls'>): Evidence[] {
  return calls.map(({ number, body, hasEnded, text }) => {
    const { isAsked = false, ...facts } = body as CallFacts & Pick<WaitingCall, 'isAsked'>
    const at = new Date(facts.at)
    if (hasEnded) return { ...facts, at, text }
    const words = isAsked ? 'not run: nobody had allowed it' : facts.isWrite ? MAY_HAVE_RUN : 'cancelled'
    const cut = {
      kind: 'cancelled',
      byPerson: undefined,
      size: words.length,
      took: 0,
      isLarge: false,
    } as const
    return { ...facts, ...cut, number, at, text: () => words }
  })
}

function unansweredIn(
  last: KeptEpisode | undefined,
  messages: readonly Message[],
): RestoredConversation['unanswered'] {
  const end = last?.events.at(-1)
  if (!last || !end || end.type === 'answer') return undefined
  const isKept = messages.at(-1)?.role === 'tool'
  const spentUsd = 'spent' in end ? (end.spent?.cost.usd ?? 0) : 0
  return { ...last.asked, isKept, spentUsd }
}
