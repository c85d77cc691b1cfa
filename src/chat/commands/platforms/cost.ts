import { costText } from '../../../base/money.ts'
import { countText } from '../../../base/text/amounts.ts'
import type { TurnRecord } from '../../../coordinator/figures/record.ts'
import { spentOn } from '../../../coordinator/figures/spent.ts'
import type { SlashCommand } from '../command.ts'
import { tableText } from '../table.ts'

export const cost: SlashCommand = {
  name: 'cost',
  usage: '/cost',
  summary: 'show the cost of this conversation and of today',
  run: ({ note, platforms, customer, session }) =>
    note(costTable(platforms.turnsToday(customer().id), session.conversation(customer().id))),
}

/** @param conversation the current one's name; undefined before its first question */
export function costTable(turns: readonly TurnRecord[], conversation: string | undefined): string {
  const here = turns.filter(one => one.conversation === conversation)
  const platforms = [...new Set(turns.map(one => one.platform))]
  const rows = [
    ['', 'COST', 'REQUESTS', 'TOKENS'],
    ['this conversation', ...costCells(here)],
    ['this customer today', ...costCells(turns)],
    ...platforms.map(name => [`  ${name}`, ...costCells(turns.filter(one => one.platform === name))]),
  ]
  return tableText(rows, { figures: [1, 2, 3] })
}

function costCells(turns: readonly TurnRecord[]): string[] {
  const { usage, cost } = spentOn(turns)
  const tokens = usage && countText(usage.inputTokens + usage.outputTokens)
  return [costText(cost), countText(turns.length), tokens ?? (turns.length === 0 ? '0' : '-')]
}
