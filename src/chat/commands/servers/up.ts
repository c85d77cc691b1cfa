import type { SlashCommand } from '../command.ts'

export const up: SlashCommand = {
  name: 'up',
  usage: '/up',
  summary: 'start servers that are stopped',
  run(chat) {
    chat.note('starting stopped servers…')
    return chat.startServers(chat.customer())
  },
}
