import type { SlashCommand } from './command.ts'

export const quit: SlashCommand = {
  name: 'quit',
  usage: '/quit',
  summary: chat => chat.leaving,
  run: chat => chat.quit(),
}
