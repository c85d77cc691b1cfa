import { EXIT } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import type { Run } from '../../context.ts'
import { customersNamed, secretRows } from './rows.ts'
import { secretsText } from './secrets-text.ts'

export const run: Run = async ({ print, open, signal }, [name]) => {
  const { project, credentials } = await open()
  const customers = customersNamed(project, name)
  await credentials.load(
    secretRows(project, customers, credentials).map(row => row.name),
    signal,
  )
  const rows = secretRows(project, customers, credentials)
  const lacking = rows.filter(row => row.required && row.state !== 'found')
  if (print.mode === 'json') print.json(rows)
  else if (rows.length === 0) print.note('no credentials are needed')
  else if (lacking.length === 0) print.result(`${counted(rows.length, 'credential')}: all have a value`)
  else print.result(secretsText(lacking, print.layout))
  return lacking.length === 0 ? EXIT.ok : EXIT.failed
}
