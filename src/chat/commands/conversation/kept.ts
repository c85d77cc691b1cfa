// The conversations that /resume offers.

import { SupportError } from '../../../base/errors.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { Conversations, KeptConversation } from '../../../store/transcripts/conversations.ts'
import { conversationsNamed } from '../../../store/transcripts/named.ts'
import type { ChatContext } from '../command.ts'

/** Where the conversations of the customer on the screen are. Throws if nothing is kept. */
export function conversationsOf(chat: ChatContext): Conversations {
  const { id, name } = chat.customer()
  const conversations = chat.conversationsOf(id)
  if (conversations) return conversations
  throw new SupportError('usage', `no conversation with ${cleanLine(name)} is kept`)
}

/** Newest first, without the one on the screen. */
export function offered(chat: ChatContext): KeptConversation[] {
  const own = chat.session.conversation(chat.customer().id)
  return conversationsOf(chat)
    .list()
    .filter(one => one.id !== own && one.questions > 0)
}

/** By the number in the list, or by the beginning of its id. Throws `usage`. */
export function keptOne(word: string, list: readonly KeptConversation[]): KeptConversation {
  const numbered = /^\d{1,2}$/.test(word) ? list[Number(word) - 1] : undefined
  if (numbered) return numbered
  const [found, another] = conversationsNamed(word, list)
  if (found && !another) return found
  throw new SupportError(
    'usage',
    found ? `several conversations begin with ${word}` : `there is no conversation ${word}`,
    { hint: 'run `/resume` to list them' },
  )
}
