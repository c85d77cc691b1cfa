// Finished parts of the chat as lines of text, for screen readers and terminals that cannot move the cursor.

import { callName, outcomeEnding } from '../../agent/event-text.ts'
import { chartWords, tableWords } from '../../agent/series/lines/table-lines.ts'
import { visible } from '../../base/text/terminal-text.ts'
import { ESC_STOPS } from '../commands/running.ts'
import type { CallLine, ChatCustomer, Item } from '../view/view.ts'

/** One finished part. Empty for what the person has just typed: the terminal shows it already. */
export function plainLines(item: Item): string[] {
  switch (item.kind) {
    case 'question':
    case 'command':
      return []
    case 'text':
      return ['', ...item.text.split('\n')]
    case 'call':
      return callLines(item.call)
    case 'note':
      return [
        ...item.text.replace(ESC_STOPS, '(Enter alone stops)').split('\n'),
        ...(item.hint === undefined ? [] : [`  ${item.hint}`]),
      ]
    case 'link':
      return [`${item.label}: ${visible(item.address)}`]
    case 'chart':
      return chartWords(item.chart)
    case 'customer':
      return ['', `customer: ${whoText(item.customer)}, ${item.customer.access}`]
  }
}

/** `Segura Caixa PROD` */
export function whoText({ name, production }: ChatCustomer): string {
  return `${name}${production ? ' PROD' : ''}`
}

/** `call 3: alertmanager · list_alerts state=firing: answered, 43 ms` */
function callLines({ number, server, tool, args, outcome, series }: CallLine): string[] {
  if (!outcome) return []
  const name = `${callName({ server, tool })}${args ? ` ${args}` : ''}`
  const kind = outcome.kind.replace('_', ' ')
  const ending = outcomeEnding(outcome)
  const words = ending === kind ? kind : `${kind}, ${ending}`
  return [
    `call${number === undefined ? '' : ` ${number}`}: ${name}: ${words}`,
    ...(outcome.text ? [`  ${outcome.text}`] : []),
    ...(series ? tableWords(series) : []),
  ]
}
