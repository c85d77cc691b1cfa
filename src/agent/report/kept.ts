// A kept conversation as documents.

import type { ConversationContents, KeptConversation } from '../../store/transcripts/conversations.ts'
import { keptEpisodes, missingServers } from '../transcript/episodes.ts'
import { keptEvidence, restored } from '../transcript/restore.ts'
import type { Reported } from './report.ts'

/** What the documents of the chat are made of. */
export function reportedFrom(
  customer: Reported['customer'],
  { login }: Pick<KeptConversation, 'login'>,
  contents: ConversationContents,
  now = new Date(),
): Reported {
  const { story, evidence } = restored(contents)
  return { customer, story, evidence, missing: missingServers(contents), person: login, now }
}

/** All of it for a program. */
export function transcriptData(
  customer: Pick<Reported['customer'], 'id' | 'name'>,
  conversation: KeptConversation,
  contents: ConversationContents,
) {
  const { id, title, begunAt, touchedAt, login, alert, cost } = conversation
  return {
    format: 1,
    id,
    customer: { id: customer.id, name: customer.name },
    title,
    begun: begunAt.toISOString(),
    last: touchedAt.toISOString(),
    person: login,
    alert: alert ?? null,
    cost,
    missing: missingServers(contents),
    questions: keptEpisodes(contents).map(({ asked, at, events }) => ({
      at: at.toISOString(),
      question: asked.text,
      critical: asked.isCritical,
      events,
    })),
    calls: keptEvidence(contents).map(({ text, ...facts }) => ({ ...facts, text: textOrNull(text) })),
  }
}

/** Null if its file is gone. */
function textOrNull(text: () => string): string | null {
  try {
    return text()
  } catch {
    return null
  }
}
