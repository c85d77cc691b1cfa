import { EXIT, SupportError } from '../../../base/errors.ts'
import { selectCustomer } from '../../../config/select.ts'
import { auditFolderIn } from '../../../store/audit/files.ts'
import { auditRecords } from '../../../store/audit/read.ts'
import type { AuditRecord } from '../../../store/audit/record.ts'
import { type Run, textOption } from '../../context.ts'
import { momentOption } from '../../options.ts'
import { peopleNames } from './record-text.ts'

const COLUMNS = [
  ...['at', 'n', 'what', 'who', 'name', 'role', 'customer', 'server', 'tool', 'decision', 'rule'],
  ...['outcome', 'ms', 'sent', 'got', 'start', 'args'],
]

export const run: Run = async ({ print, open, signal }, _args, options) => {
  const asCsv = options.csv === true
  if (asCsv && print.mode === 'json') throw new SupportError('usage', '--csv cannot be combined with --json')
  const since = momentOption(options, 'since')
  const { project, stack } = await open()
  const wanted = textOption(options, 'customer')
  const customer = wanted === undefined ? undefined : selectCustomer(project, wanted).id
  const folder = auditFolderIn(stack.state.folder)
  const nameOf = peopleNames(folder)
  if (asCsv) print.result(COLUMNS.join(','))
  for (const record of auditRecords(folder, since?.getTime())) {
    signal.throwIfAborted()
    if (customer !== undefined && record.customer !== customer) continue
    const named = record.who === undefined ? record : { ...record, name: nameOf(record.who) }
    if (asCsv) print.result(COLUMNS.map(column => csvCell((named as AuditRecord)[column])).join(','))
    else print.json(named)
  }
  return EXIT.ok
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV Injection). */
function csvCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
