import { EXIT } from '../../../base/errors.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { customerTitle } from '../../../config/project.ts'
import { externalText, selectCustomer, selectStarted } from '../../../config/select.ts'
import { up } from '../../../stack/up/up.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { startTimeout } from '../../options.ts'
import { createProgress } from '../../progress/progress.ts'
import { explainInterruption } from './interruption.ts'

export const run: Run = async ({ print, open, signal }, [name = '', serverName], options) => {
  const { project, stack } = await open()
  const customer = selectCustomer(project, name)
  print.note(customerTitle(customer))
  const hint = `restart it where it runs, then run \`supportmax status ${customer.id}\``
  const { started, external } = selectStarted(customer, serverName, hint)
  if (external.length > 0)
    print.note(explainedText({ message: externalText(customer, external) }, print.noteLayout))
  const progress = createProgress({ print, project, stream: process.stderr })
  const result = await up(stack, {
    customers: [customer],
    only: server => started.includes(server),
    scope: 'part',
    mode: 'apply',
    until: 'ready',
    renew: true,
    timeoutMs: startTimeout(options, project),
    command: 'restart',
    emit: progress.emit,
    signal,
  })
    .finally(progress.end)
    .catch(error => explainInterruption(error, stack, [customer], signal))
  print.note(`${result.ready} of ${result.total} ready (${milliseconds(result.seconds * 1_000)})`)
  return result.failed === 0 ? EXIT.ok : EXIT.failed
}
