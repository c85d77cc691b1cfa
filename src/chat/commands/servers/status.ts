import { stateWords } from '../../../base/text/state-words.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import { inChat } from '../../view/hint.ts'
import type { SlashCommand, StatusLine } from '../command.ts'
import { tableText } from '../table.ts'

export const status: SlashCommand = {
  name: 'status',
  usage: '/status',
  summary: "show the state of this customer's servers",
  async run(chat) {
    const customer = chat.customer()
    const lines = await chat.statusOf(customer)
    if (chat.customer() === customer) chat.note(statusText(lines))
  },
}

function statusText(lines: readonly StatusLine[]): string {
  const rows = lines.map(({ server, state, reason }) => [server, stateWords(state), cleanLine(reason)])
  const table = tableText(rows).split('\n')
  // Each hint goes below its row: inside the table, a long one would widen a column.
  return (
    lines
      .flatMap(({ hint }, at) => [table[at] ?? '', ...(hint === '' ? [] : [`  ${inChat(cleanLine(hint))}`])])
      .join('\n') || 'this customer has no servers'
  )
}
