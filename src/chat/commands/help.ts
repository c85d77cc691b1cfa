import type { ChatContext, SlashCommand } from './command.ts'
import { tableText } from './table.ts'

const KEYS = [
  ['Shift+Enter', 'start a new line (or Alt+Enter, Ctrl+J, or \\ and Enter)'],
  ['↑ ↓', 'move between lines, then through earlier questions'],
  ['Ctrl+R', 'search what you typed for this customer before'],
  ['Enter', 'while a question is running: queue the line (↑ takes it back, Esc drops it)'],
  ['Esc', 'cancel the running question or command, or deny the pending call'],
  ['Tab', 'complete a command or its argument, or a server or tool in a question'],
  ['Ctrl+U K W, Y', 'cut to the left, to the right, a word; put it back'],
  ['Ctrl+_', 'undo'],
  ['Ctrl+O', 'show a pasted block in the line'],
  ['Ctrl+G', 'edit the line in $EDITOR'],
  ['Ctrl+L, Ctrl+Z', 'clear the screen; back to the shell until `fg`'],
  ['Ctrl+C twice', 'quit'],
]

export const help: SlashCommand = {
  name: 'help',
  usage: '/help',
  summary: 'list the commands',
  run: chat => chat.note(helpText(chat)),
}

function helpText(chat: ChatContext): string {
  const rows = chat.commands.map(({ usage, summary }) => [
    usage,
    typeof summary === 'string' ? summary : summary(chat),
  ])
  return tableText([...rows, [''], ...KEYS])
}
