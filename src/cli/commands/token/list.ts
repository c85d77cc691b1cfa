import type { KeptToken } from '../../../access/tokens/file.ts'
import { ALL_METRICS, isValid, openTokens } from '../../../access/tokens/tokens.ts'
import { EXIT } from '../../../base/errors.ts'
import { age } from '../../../base/text/amounts.ts'
import type { Project } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import { type Run, textOption } from '../../context.ts'
import type { Layout } from '../../print/printer.ts'
import { type Cell, tableText } from '../../print/table.ts'
import { shownToken } from './shown.ts'

export const run: Run = async ({ print, open }, _args, options) => {
  const { project, stack } = await open()
  const name = textOption(options, 'customer')
  const customer = name === undefined ? undefined : selectCustomer(project, name)
  const tokens = openTokens(stack.state.folder)
    .list()
    .filter(one => customer === undefined || one.customer === customer.id)
  if (print.mode === 'json') print.json(tokens.map(shownToken))
  else if (tokens.length > 0) print.result(tokensText(tokens, project, print.layout))
  else print.note('no tokens')
  return EXIT.ok
}

const COLUMNS = [
  ...[{ head: 'ID' }, { head: 'NAME', least: 12 }, { head: 'CUSTOMER', least: 12 }, { head: 'ROLE' }],
  ...[{ head: 'CREATED', rank: 0 }, { head: 'EXPIRES' }, { head: 'LAST USED', rank: 1 }],
]

function tokensText(tokens: readonly KeptToken[], { customers }: Project, layout: Layout): string {
  const isKnown = (id: string) => id === ALL_METRICS || customers.some(one => one.id === id)
  return tableText(
    COLUMNS,
    tokens.map(one => ({
      cells: [
        ...[one.id, one.name, ...useOf(one), one.created.slice(0, 10)],
        expiryCell(one),
        one.lastUsed ?? 'never',
      ],
      ...(isKnown(one.customer) ? {} : GONE),
    })),
    layout,
  )
}

function useOf({ customer, role }: KeptToken): [string, string] {
  return customer === ALL_METRICS ? ['all', 'metrics'] : [customer, role]
}

const GONE = {
  reason: 'opens nothing: this customer is not in the configuration',
  hint: 'run `supportmax token revoke` with its id to remove it',
}

function expiryCell({ expires }: KeptToken): Cell {
  if (!isValid({ expires })) return { text: 'expired', style: 'red' }
  return `in ${age(Date.parse(expires) - Date.now())}`
}
