// The questions of a conversation as they were written down.

import type { ConversationContents } from '../../store/transcripts/conversations.ts'
import type { AgentEvent } from '../events.ts'
import type { AskedEntry, MissingServer, ToldKind } from './transcript.ts'

/** One question with everything that was shown of it. */
export interface KeptEpisode {
  asked: AskedEntry
  at: Date
  /** The last is its end, also if the program was killed before it came. */
  events: AgentEvent[]
  /** Whether the program was killed in it. */
  isCutOff: boolean
}

const TOLD: ReadonlySet<string> = new Set<ToldKind | 'missing'>(['command', 'note', 'chart', 'missing'])

/** The questions of a conversation, in their order. */
export function keptEpisodes({ entries }: Pick<ConversationContents, 'entries'>): KeptEpisode[] {
  const episodes: KeptEpisode[] = []
  for (const { kind, body, at } of entries) {
    const last = episodes.at(-1)
    if (kind === 'asked') episodes.push({ asked: body as AskedEntry, at, events: [], isCutOff: false })
    else if (kind === 'text') last?.events.push({ type: 'text', text: (body as { text: string }).text })
    else if (!TOLD.has(kind)) last?.events.push(body as AgentEvent)
  }
  return episodes.map(one =>
    one.events.some(isEnd) ? one : { ...one, events: [...one.events, CUT_OFF], isCutOff: true },
  )
}

/** Servers that were not available for one of the questions, each with its last reason. */
export function missingServers({ entries }: Pick<ConversationContents, 'entries'>): MissingServer[] {
  const found = entries.flatMap(({ kind, body }) =>
    kind === 'missing' ? (body as { servers: MissingServer[] }).servers : [],
  )
  return [...new Map(found.map(one => [one.server, one])).values()]
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
