import { dollars } from '../../../base/text/words.ts'
import type { TurnRecord } from '../../../coordinator/figures/record.ts'
import type { SlashCommand } from '../command.ts'
import { tableText } from '../table.ts'

export const cost: SlashCommand = {
  name: 'cost',
  usage: '/cost',
  summary: 'show the cost of this conversation and of today',
  run: ({ note, platforms, customer, session }) =>
    note(costText(platforms.turnsToday(customer().id), session.conversation())),
}

/** @param conversation the current one's name; undefined before its first question */
export function costText(turns: readonly TurnRecord[], conversation: string | undefined): string {
  const here = turns.filter(one => one.conversation === conversation)
  const platforms = [...new Set(turns.map(one => one.platform))]
  return tableText([
    ['', 'COST', 'REQUESTS', 'TOKENS'],
    ['this conversation', ...costCells(here)],
    ['this customer today', ...costCells(turns)],
    ...platforms.map(name => [`  ${name}`, ...costCells(turns.filter(one => one.platform === name))]),
  ])
}

function costCells(turns: readonly TurnRecord[]): string[] {
  const known = turns.reduce((sum, one) => sum + (one.costUsd ?? 0), 0)
  const unknown = turns.filter(one => one.outcome === 'ok' && one.costUsd === undefined).length
  const tokens = turns.reduce(
    (sum, one) => sum + (one.usage ? one.usage.inputTokens + one.usage.outputTokens : 0),
    0,
  )
  const priced = turns.some(one => one.costUsd !== undefined)
  const sum = priced || unknown === 0 ? dollars(known) : 'unknown'
  return [
    unknown > 0 && priced ? `${sum} + ${unknown} unknown` : sum,
    String(turns.length),
    tokens.toLocaleString('en'),
  ]
}
