import type { SlashCommand } from '../command.ts'
import { ESC_STOPS } from '../running.ts'

export const up: SlashCommand = {
  name: 'up',
  usage: '/up',
  summary: 'start servers that are stopped',
  whenStopped: 'run `/status` to see which servers are running',
  run(chat, _rest, stop) {
    // It would start them with settings that the file no longer has, and replace servers that run with the new ones.
    if (chat.isConfigChanged())
      return chat.note(
        'nothing started: this chat still uses the configuration that it read before',
        'warn',
        'run `/reload` first',
      )
    chat.note(`starting stopped servers… ${ESC_STOPS}`)
    return chat.startServers(chat.customer(), stop)
  },
}
