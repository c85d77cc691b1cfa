import type { SlashCommand } from '../command.ts'

export const reload: SlashCommand = {
  name: 'reload',
  usage: '/reload',
  summary: 'read the configuration file again, and use it from now on',
  waits: true,
  async run(chat) {
    try {
      await chat.reload()
    } catch (error) {
      chat.showError(error)
      chat.note('not reloaded: this chat still uses the configuration that it read before', 'warn')
    }
  },
}
