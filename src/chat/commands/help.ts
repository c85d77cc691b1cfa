import { columnsOf, padded, wrapped } from '../../base/text/columns.ts'
import type { ChatContext, SlashCommand } from './command.ts'
import { columnsHere, fitsHere, paged } from './evidence/show.ts'

/** Of the full screen. */
const KEYS: NonNullable<ChatContext['keys']> = [
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
  run(chat) {
    const rows = helpRows(chat)
    const lines = helpLines(rows, columnsHere(chat))
    const text = lines.join('\n')
    return fitsHere(chat, lines) ? chat.note(text) : paged(chat, text)
  },
}

/** The largest share of the width for the first column: beside a wider one, the second would be too narrow to read. */
const MOST_OF_WIDTH = 0.5

function helpRows(chat: ChatContext): (readonly string[])[] {
  const rows = chat.commands.map(({ usage, summary }) => [
    usage,
    typeof summary === 'string' ? summary : summary(chat),
  ])
  return [...rows, [''], ...(chat.keys ?? KEYS)]
}

/** In two columns; in a narrow window, one below the other. */
function helpLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const first = Math.max(...rows.map(([name = '']) => columnsOf(name))) + 2
  return rows.flatMap(([name = '', summary = '']) => {
    if (first > columns * MOST_OF_WIDTH)
      return [name, ...(summary === '' ? [] : wrapped(`    ${summary}`, columns).split('\n'))]
    return `${padded(name, first)}${indented(summary, columns - first, first)}`.trimEnd().split('\n')
  })
}

function indented(text: string, width: number, by: number): string {
  return wrapped(text, width).replaceAll('\n', `\n${' '.repeat(by)}`)
}
