import { SupportError } from '../../../base/errors.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { SlashCommand } from '../command.ts'
import { conversationOnScreen } from './fork.ts'
import { conversationsOf } from './kept.ts'

/** In characters. */
const LONGEST = 200

export const rename: SlashCommand = {
  name: 'rename',
  usage: '/rename TITLE',
  summary: 'give this conversation a title',
  run(chat, rest) {
    const title = cleanLine(rest).slice(0, LONGEST)
    if (title === '')
      throw new SupportError('usage', '/rename needs a title', { hint: 'type `/rename Hamburg trunk down`' })
    conversationsOf(chat).rename(conversationOnScreen(chat).id, title)
    chat.note(`this conversation is called "${title}" now`, 'good')
  },
}
