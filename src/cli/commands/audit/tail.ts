import { EXIT } from '../../../base/errors.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { pause } from '../../../base/waiting/wait.ts'
import { selectCustomer } from '../../../config/select.ts'
import { auditFolderIn } from '../../../store/audit/files.ts'
import { openReader } from '../../../store/audit/read.ts'
import type { AuditRecord } from '../../../store/audit/record.ts'
import { type Run, textOption } from '../../context.ts'
import { countOption } from '../../options.ts'
import { peopleNames, recordText } from './record-text.ts'

export const run: Run = async ({ print, open, signal, unread }, _args, options) => {
  const most = countOption(options, 'lines') ?? 20
  const { project, stack } = await open()
  const name = textOption(options, 'customer')
  const customer = name === undefined ? undefined : selectCustomer(project, name).id
  const folder = auditFolderIn(stack.state.folder)
  const reader = openReader(folder)
  const fresh = () =>
    reader.read().filter(one => one.what !== 'file' && (customer === undefined || one.customer === customer))
  const show = (records: AuditRecord[]) => {
    const nameOf = peopleNames(folder)
    for (const one of records)
      if (print.mode === 'json') print.json(one)
      else print.result(recordText(one, nameOf))
  }
  const first = fresh()
  show(most === 0 ? [] : first.slice(-most))
  if (options.follow !== true) {
    if (first.length === 0 && print.mode !== 'json') print.note('no calls are recorded')
    return EXIT.ok
  }
  const ended = AbortSignal.any([signal, unread])
  while (!ended.aborted) {
    await pause(TIMEOUTS.auditFollow, ended).catch(() => {})
    show(fresh())
  }
  return signal.aborted ? EXIT.interrupted : EXIT.ok
}
