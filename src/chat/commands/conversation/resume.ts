import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { KeptConversation } from '../../../store/transcripts/conversations.ts'
import type { ChatContext, SlashCommand } from '../command.ts'
import { columnsHere } from '../evidence/show.ts'
import { keptOne, offered } from './kept.ts'
import { keptText } from './kept-table.ts'

/** What each chat has listed last: the numbers mean these, also when another chat goes on meanwhile. */
const listed = new WeakMap<ChatContext['session'], KeptConversation[]>()

export const resume: SlashCommand = {
  name: 'resume',
  usage: '/resume [NUMBER]',
  summary: "list this customer's earlier conversations, or continue one",
  completion: chat =>
    offered(chat).map((one, i) => ({ value: String(i + 1), summary: cleanLine(one.title) })),
  run(chat, rest) {
    if (chat.isAsking()) return chat.note('a question is running', 'warn', 'press Esc to cancel it')
    const list = offered(chat)
    if (list.length === 0) return chat.note('there is no earlier conversation with this customer')
    if (rest !== '') return chat.resume(keptOne(rest, isCurrent(listed.get(chat.session), list)))
    listed.set(chat.session, list)
    chat.note(
      keptText(list, {
        command: chat.command,
        columns: columnsHere(chat),
        current: chat.session.conversation(chat.customer().id),
      }),
      'info',
      'run `/resume 1` to continue the first one',
    )
  },
}

/** Those of another customer count no more. */
function isCurrent(before: KeptConversation[] | undefined, now: KeptConversation[]): KeptConversation[] {
  return before?.every(one => now.some(other => other.id === one.id)) ? before : now
}
