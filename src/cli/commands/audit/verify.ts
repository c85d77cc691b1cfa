import { join } from 'node:path'
import { EXIT } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { auditFolderIn } from '../../../store/audit/files.ts'
import { type AuditFinding, verifyAudit } from '../../../store/audit/verify.ts'
import type { Run } from '../../context.ts'
import { errorText, explainedText } from '../../error-text.ts'

const KEEP = 'move the folder away, unchanged, to begin a new record'

export const run: Run = async ({ print, open }) => {
  const folder = auditFolderIn((await open()).stack.state.folder)
  const verified = verifyAudit(folder)
  const { chains, faults, notes } = verified
  const ok = faults.length === 0
  if (print.mode === 'json') print.json({ ok, folder, ...verified })
  else {
    const words = ({ file, line, message }: AuditFinding) =>
      `${[join(folder, file), line].filter(part => part !== undefined).join(':')}: ${message}`
    for (const note of notes) print.note(explainedText({ message: words(note) }, print.noteLayout))
    for (const fault of faults)
      print.error(errorText({ message: words(fault), hint: KEEP }, print.noteLayout))
    const records = chains.reduce((sum, one) => sum + one.records, 0)
    if (ok) print.result(`${counted(records, 'record')}, none changed or missing`)
    for (const { chain, records, last } of ok ? chains : [])
      print.result(`chain ${chain}: ${counted(records, 'record')}, newest hash ${last}`)
  }
  return ok ? EXIT.ok : EXIT.failed
}
