import type { SlashCommand } from '../command.ts'

export const retry: SlashCommand = {
  name: 'retry',
  usage: '/retry',
  summary: 'ask the last question again, from its tool results on',
  run(chat) {
    if (chat.isAsking()) return chat.note('a question is running', 'warn', 'press Esc to cancel it')
    const question = chat.session.unanswered(chat.customer().id)
    if (question === undefined)
      return chat.note('nothing to retry: the last question has its answer, or none was asked', 'warn')
    return chat.retry(question)
  },
}
