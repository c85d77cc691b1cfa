import { stateWords } from '../../../base/text/state-words.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { Customer } from '../../../config/project.ts'
import { stateTone } from '../../view/words/state-tone.ts'
import type { ChatContext, SlashCommand, StatusLine } from '../command.ts'
import { tableText } from '../table.ts'
import { addressOf } from './address.ts'

export const status: SlashCommand = {
  name: 'status',
  usage: '/status',
  summary: "show the state of this customer's servers",
  async run(chat, _rest, stop) {
    const customer = chat.customer()
    const lines = await chat.statusOf(customer, stop)
    if (chat.customer() !== customer) return
    sayLines(chat, lines)
    sayAddresses(chat, customer)
    if (hasComeBack(chat, lines)) await chat.offerTools(customer)
  },
}

/** Whether a server that the agent does not have is ready by now: somebody repaired it elsewhere. */
function hasComeBack({ session }: ChatContext, lines: readonly StatusLine[]): boolean {
  const missing = new Set(session.current()?.missing.map(one => one.server))
  return lines.some(({ server, state }) => state === 'ready' && missing.has(server))
}

/** Where the systems behind them are opened in a browser. */
function sayAddresses({ link }: ChatContext, { servers }: Customer): void {
  for (const server of servers) {
    const address = addressOf(server)
    if (address !== undefined) link(server.name, address)
  }
}

function sayLines({ note }: ChatContext, lines: readonly StatusLine[]): void {
  if (lines.length === 0) note('this customer has no servers')
  const rows = lines.map(({ server, state, reason }) => [server, stateWords(state), cleanLine(reason)])
  const table = tableText(rows).split('\n')
  // Each hint goes below its row: inside the table, a long one would widen a column.
  for (const [at, { state, hint }] of lines.entries())
    note(table[at] ?? '', stateTone(state), hint === '' ? undefined : hint)
}
