import { EXIT } from '../../../base/errors.ts'
import { selectCustomers } from '../../../config/select.ts'
import { status } from '../../../stack/look/status.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { statusText } from './status-text.ts'

export const run: Run = async ({ print, open, signal }, names, options) => {
  const { project, stack } = await open()
  const customers = selectCustomers(project, names)
  const report = await status(stack, customers, { strays: names.length === 0 ? 'shown' : 'left-out', signal })
  // Probes that were cut short look like servers that do not answer.
  signal.throwIfAborted()
  if (print.mode === 'json') print.json(report)
  else {
    for (const notice of report.notices) print.note(explainedText({ message: notice }, print.noteLayout))
    const unfold = options.all === true || names.length > 0 ? 'all' : 'troubled'
    print.result(statusText(report, { customers, unfold, now: Date.now(), ...print.layout }))
  }
  if (options.check !== true) return EXIT.ok
  const { ready, total } = report.summary
  // A check that looked at nothing must not pass.
  return ready === total && total > 0 ? EXIT.ok : EXIT.failed
}
