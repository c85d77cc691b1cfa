import { EXIT } from '../../../base/errors.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Run } from '../../context.ts'
import { secretRows } from './rows.ts'
import { secretsText } from './secrets-text.ts'

export const run: Run = async ({ print, open }, [name]) => {
  const { project, stack } = await open()
  const rows = secretRows(stack, name === undefined ? undefined : [selectCustomer(project, name)])
  if (print.mode === 'json') print.json(rows)
  else if (rows.length === 0) print.note('no credentials are needed')
  else print.result(secretsText(rows, print.layout))
  return EXIT.ok
}
