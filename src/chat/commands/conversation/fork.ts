import { SupportError } from '../../../base/errors.ts'
import type { KeptConversation } from '../../../store/transcripts/conversations.ts'
import type { ChatContext, SlashCommand } from '../command.ts'
import { conversationsOf } from './kept.ts'

export const fork: SlashCommand = {
  name: 'fork',
  usage: '/fork',
  summary: 'continue in a copy of this conversation; the original stays as it is',
  run(chat) {
    if (chat.isAsking()) return chat.note('a question is running', 'warn', 'press Esc to cancel it')
    chat.fork(conversationOnScreen(chat))
  },
}

/** Throws `usage` before the first question. */
export function conversationOnScreen(chat: ChatContext): KeptConversation {
  const id = chat.session.conversation(chat.customer().id)
  const found =
    id !== undefined &&
    conversationsOf(chat)
      .list()
      .find(one => one.id === id)
  if (found) return found
  throw new SupportError('usage', 'nothing has been asked in this conversation yet')
}
