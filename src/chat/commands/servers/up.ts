import type { SlashCommand } from '../command.ts'

export const up: SlashCommand = {
  name: 'up',
  usage: '/up',
  summary: 'start servers that are stopped',
  run(chat) {
    // It would start them with settings that the file no longer has, and replace servers that run with the new ones.
    if (chat.isConfigChanged())
      return chat.note(
        'nothing started: this chat still uses the configuration that it read before',
        'warn',
        'run `/reload` first',
      )
    chat.note('starting stopped servers…')
    return chat.startServers(chat.customer())
  },
}
