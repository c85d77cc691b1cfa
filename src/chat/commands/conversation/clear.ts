import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { SlashCommand } from '../command.ts'

export const clear: SlashCommand = {
  name: 'clear',
  usage: '/clear',
  summary: 'start a new conversation with this customer',
  run(chat) {
    const { id, name } = chat.customer()
    chat.session.clear(id)
    const isKept = chat.conversationsOf(id) !== undefined
    chat.note(
      `cleared the conversation with ${cleanLine(name)}`,
      'info',
      isKept ? 'run `/resume` to go back to it' : undefined,
    )
  },
}
