// The conversations that a command is about.

import type { App } from '../../../app.ts'
import { SupportError } from '../../../base/errors.ts'
import type { Customer } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { KeptConversation } from '../../../store/transcripts/conversations.ts'
import { conversationsNamed } from '../../../store/transcripts/named.ts'
import { type OpenShelf, openShelfToRead } from '../../../store/transcripts/reading/to-read.ts'
import { customersWithTranscripts } from '../../../store/transcripts/removal/places.ts'
import { eachOf, type Unusable } from './unusable.ts'

/** A customer of the configuration, or the id of one that is gone from it. */
export type Subject = Pick<Customer, 'id' | 'name' | 'environment'>

/** What says of whom something is kept. */
export interface KeptPlace extends Pick<App, 'project'> {
  stack: { state: Pick<App['stack']['state'], 'folder'> }
}

export interface FoundConversation {
  subject: Subject
  conversation: KeptConversation
}

/** A word means a customer of the configuration, or is the id of another one of whom something is kept. */
export function subjectOf({ project, stack }: KeptPlace, word: string): Subject {
  const isKnown = project.customers.some(one => one.id === word)
  if (!isKnown && customersWithTranscripts(stack.state.folder).includes(word)) return gone(word)
  return selectCustomer(project, word)
}

/** Everybody of whom something is kept. */
export function subjectsWithTranscripts({ project, stack }: KeptPlace): Subject[] {
  return customersWithTranscripts(stack.state.folder).map(
    id => project.customers.find(one => one.id === id) ?? gone(id),
  )
}

function gone(id: string): Subject {
  return { id, name: id, environment: undefined }
}

/** Of these customers, newest first; those whose file cannot be used are named. */
export function conversationsOf(
  shelf: OpenShelf,
  subjects: readonly Subject[],
): { all: FoundConversation[]; unusable: Unusable[] } {
  const { done, unusable } = eachOf(subjects, subject =>
    (shelf.conversations(subject.id)?.list() ?? []).map(conversation => ({ subject, conversation })),
  )
  const all = done
    .flat()
    .filter(({ conversation }) => conversation.questions > 0)
    .sort((a, b) => b.conversation.touchedAt.getTime() - a.conversation.touchedAt.getTime())
  return { all, unusable }
}

/** The one whose id begins like this. Throws `usage` for none or several, or why it may be in a file that cannot be used. */
export function conversationNamed(shelf: OpenShelf, app: App, word: string): FoundConversation {
  const { all, unusable } = conversationsOf(shelf, subjectsWithTranscripts(app))
  const ids = new Set(
    conversationsNamed(
      word,
      all.map(one => one.conversation),
    ).map(one => one.id),
  )
  const [found, another] = all.filter(one => ids.has(one.conversation.id))
  if (found && !another) return found
  const [hidden] = unusable
  if (!found && hidden) throw new SupportError('failed', hidden.reason, { hint: hidden.hint })
  throw new SupportError(
    'usage',
    found ? `several conversations begin with ${word}` : `there is no conversation ${word.slice(0, 40)}`,
    { hint: 'run `supportmax transcript list`' },
  )
}

/** Reads, and closes what it opened. */
export async function reading<T>(
  open: () => Promise<App>,
  work: (shelf: OpenShelf, app: App) => T,
): Promise<T> {
  const app = await open()
  const shelf = openShelfToRead(app.stack.state.folder)
  try {
    return work(shelf, app)
  } finally {
    shelf.close()
    await app.close()
  }
}
