import { SupportError } from '../../../base/errors.ts'
import { countText } from '../../../base/text/amounts.ts'
import { columnsOf } from '../../../base/text/columns.ts'
import type { SlashCommand } from '../command.ts'
import { fitsHere, paged } from '../evidence/show.ts'
import { tableText } from '../table.ts'
import { foundIn } from './found.ts'

/** More would push the question for them off the screen, where there is no pager. */
const MOST_LINES = 30

export const find: SlashCommand = {
  name: 'find',
  usage: '/find TEXT',
  summary: 'find a text in this conversation: questions, answers, and all that tools returned',
  run(chat, wanted) {
    const { session, customer, note } = chat
    if (wanted === '')
      throw new SupportError('usage', '/find needs a text', { hint: 'type `/find DiskFull`' })
    const { id } = customer()
    const found = foundIn(session.story(id), session.evidence(id), wanted)
    if (found.length === 0) return note(`"${wanted}" is nowhere in this conversation`, 'warn')
    const rows = found.map(({ who, line }) => [who, line])
    const all = tableText(rows)
    const hang = Math.max(...found.map(({ who }) => columnsOf(who))) + 2
    if (!fitsHere(chat, all.split('\n'), hang)) return paged(chat, all)
    const left = found.length - MOST_LINES
    const before = left > 0 ? [[`… ${countText(left)} earlier lines`]] : []
    note(tableText([...before, ...rows.slice(-MOST_LINES)]))
  },
}
