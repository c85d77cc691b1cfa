import { costText, sumOfCosts } from '../../../base/money.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import type { ModelCheck } from '../../../coordinator/health/check.ts'
import { kindWords } from '../../../coordinator/route/policy.ts'
import type { Layout } from '../../print/printer.ts'
import { wrappedProse } from '../../print/prose.ts'
import { type Cell, type Column, type TableRow, tableText } from '../../print/table.ts'

const COLUMNS: Column[] = [
  { head: 'PLATFORM', least: 12 },
  { head: 'MODEL', least: 16 },
  { head: 'ANSWERS' },
  { head: 'TOOLS' },
  { head: 'FIRST', align: 'right', rank: 1 },
  { head: 'TOTAL', align: 'right', rank: 2 },
  { head: 'COST', align: 'right' },
]

/** One row for each model, why it does not answer below, and what the check cost. `isKept`: this was recorded. */
export function checkText(
  checks: readonly ModelCheck[],
  { isKept, ...layout }: Layout & { isKept: boolean },
): string {
  const { width, style } = layout
  if (checks.length === 0) return 'no model to check'
  const notes = [
    'answers, calls tools, time to the first token and in all, cost',
    `in all: ${costText(sumOfCosts(checks.map(one => one.cost)))}${isKept ? '; recorded in the usage like any question' : ''}`,
  ]
  return [
    tableText(COLUMNS, checks.map(checkRow), layout),
    ...notes.map(text => style('dim', width === undefined ? text : wrappedProse(text, width))),
  ].join('\n')
}

function checkRow({ route, answers, calls, fault, firstTokenMs, tookMs, cost }: ModelCheck): TableRow {
  return {
    cells: [
      route.platform.name,
      route.model,
      answers ? { text: 'yes', style: 'green' } : { text: 'no', style: 'red' },
      CALLS[calls],
      firstTokenMs === undefined ? '-' : milliseconds(firstTokenMs),
      milliseconds(tookMs),
      costText(cost),
    ],
    hint: fault?.remedy ?? '',
    reason: fault ? `${kindWords(fault.kind)}: ${fault.reason}` : REASONS[calls],
  }
}

const CALLS: Record<ModelCheck['calls'], Cell> = {
  yes: { text: 'yes', style: 'green' },
  'wrong-arguments': { text: 'wrong arguments', style: 'yellow' },
  no: { text: 'no', style: 'red' },
  unknown: '-',
}

const REASONS: Record<ModelCheck['calls'], string> = {
  yes: '',
  'wrong-arguments': 'it was asked to call a tool with one word, and called it with something else',
  no: 'it was asked to call a tool, and did not',
  unknown: 'its output limit was reached before it had called the tool',
}
