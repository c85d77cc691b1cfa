// The conversations that /resume offers.

import { SupportError } from '../../../base/errors.ts'
import { costText } from '../../../base/money.ts'
import { cut } from '../../../base/text/columns.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { Conversations, KeptConversation } from '../../../store/transcripts/conversations.ts'
import { conversationsNamed } from '../../../store/transcripts/named.ts'
import type { ChatContext } from '../command.ts'
import { tableText } from '../table.ts'

/** On one screen. */
const MOST = 15
const LONGEST_TITLE = 38
const LONGEST_ALERT = 18
const HEADS = ['', 'last', 'first question or title', 'alert', 'cost']

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

export function keptText(
  list: readonly KeptConversation[],
  { command, now = new Date() }: { command: string; now?: Date },
): string {
  const rows = list
    .slice(0, MOST)
    .map((one, i) => [
      String(i + 1),
      whenText(one.touchedAt, now),
      cut(cleanLine(one.title), LONGEST_TITLE),
      cut(cleanLine(one.alert ?? ''), LONGEST_ALERT),
      costText(one.cost),
    ])
  const more = list.length - MOST
  return tableText([HEADS, ...rows]) + (more > 0 ? `\nand ${more} older: ${command} transcript list` : '')
}

/** `14:03` today, else `26 Nov 14:03`. */
function whenText(at: Date, now: Date): string {
  const time = at.toTimeString().slice(0, 5)
  if (at.toDateString() === now.toDateString()) return time
  return `${at.getDate()} ${at.toLocaleString('en', { month: 'short' })} ${time}`
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
