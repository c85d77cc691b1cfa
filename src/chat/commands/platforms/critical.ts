import type { SlashCommand } from '../command.ts'

export const critical: SlashCommand = {
  name: 'critical',
  usage: '/critical QUESTION',
  summary: 'ask several platforms and compare their answers',
  isQuestion: true,
  run(chat, question) {
    if (question === '') return chat.note('no question given', 'warn', 'type `/critical QUESTION`')
    if (chat.isAsking()) return chat.note('a question is running', 'warn', 'press Esc to cancel it')
    return chat.askCritically(question)
  },
}
