import { EXIT } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Run } from '../../context.ts'
import { secretRows } from './rows.ts'
import { secretsText } from './secrets-text.ts'

export const run: Run = async ({ print, open, signal }, [name]) => {
  const { project, stack } = await open()
  const customers = name === undefined ? undefined : [selectCustomer(project, name)]
  const names = secretRows(stack, customers).map(row => row.name)
  await stack.credentials.load(names, signal)
  const rows = secretRows(stack, customers)
  const lacking = rows.filter(row => row.required && row.state !== 'found')
  if (print.mode === 'json') print.json(rows)
  else if (rows.length === 0) print.note('no credentials are needed')
  else if (lacking.length === 0) print.result(`${counted(rows.length, 'credential')}: all have a value`)
  else print.result(secretsText(lacking, print.layout))
  return lacking.length === 0 ? EXIT.ok : EXIT.failed
}
