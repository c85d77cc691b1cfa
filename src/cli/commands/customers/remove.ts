import { firstOf } from '../../../base/text/words.ts'
import { changeOf, refuseNewErrors } from '../../../config/edit/changes.ts'
import { withoutCustomer } from '../../../config/edit/document.ts'
import { customerTitle } from '../../../config/project.ts'
import { removeHomes } from '../../../runtimes/programs/homes.ts'
import { refuseOpenChats } from '../../../store/transcripts/removal/erase.ts'
import type { Run } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { changeBindings } from '../../edits/bindings.ts'
import { chooseToChange } from '../../edits/chosen.ts'
import { putKeptAside } from '../../edits/kept.ts'
import { runningServers } from '../../edits/running.ts'
import { forgetSignIns } from '../../edits/sign-ins.ts'
import { changeTokensOf } from '../../edits/tokens.ts'
import { unusedWithout } from '../../edits/unused.ts'

export const run: Run = async (context, [word = ''], options) => {
  const { config, open, print, signal } = context
  const chosen = chooseToChange(config, word)
  const { customer, project } = chosen
  const change = changeOf(project.file, (text = '') => withoutCustomer(text, chosen))
  refuseNewErrors(config, { ...change, hint: 'correct these places first; nothing was written' })
  const { stack, project: opened, credentials } = await open()
  refuseOpenChats(stack.state.folder, customer.id)
  const gone = opened.customers.find(one => one.id === customer.id)?.servers ?? []
  const unused = unusedWithout(gone, opened, credentials)
  const { names, unchecked } = await runningServers(stack, customer.id, signal)
  if (unchecked !== undefined) print.note(`warning: could not check which servers still run: ${unchecked}`)
  const left = names.length > 0 ? `; still running: ${names.join(', ')}` : ''
  if (unused.length > 0) print.note(`no longer needed in ${credentials.file}: ${firstOf(unused)}`)
  const code = applyEdit(context, options, {
    changes: [change],
    shown: change,
    done: {
      message: `${config}: removed ${customerTitle(customer)}${left}`,
      hint: names.length > 0 ? `run \`supportmax down ${customer.id}\` to stop and remove them` : undefined,
    },
    json: { customer: customer.id, running: names, unused },
  })
  if (options.dryRun !== true) await forgetSignIns(context, stack, gone)
  if (options.dryRun !== true)
    changeBindings(context, stack, bindings => bindings.forget(one => one.owner === customer.id))
  if (options.dryRun !== true) await changeTokensOf(context, stack, { customer: customer.id, to: undefined })
  if (options.dryRun !== true) putKeptAside(context, stack.state.folder, customer.id)
  // While one of them runs, it may still write there; `down` removes it then.
  if (options.dryRun !== true && names.length === 0 && unchecked === undefined)
    removeHomes(stack.state.folder, id => id === customer.id)
  return code
}
