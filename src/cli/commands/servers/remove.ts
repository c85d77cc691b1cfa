import { firstOf } from '../../../base/text/words.ts'
import { changeOf, refuseNewErrors } from '../../../config/edit/changes.ts'
import { withoutServer } from '../../../config/edit/document.ts'
import { customerTitle } from '../../../config/project.ts'
import { credentialNames } from '../../../config/resolve/shared.ts'
import { selectServer } from '../../../config/select.ts'
import type { Run } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { changeBindings } from '../../edits/bindings.ts'
import { chooseToChange } from '../../edits/chosen.ts'
import { runningServers } from '../../edits/running.ts'
import { forgetSignIns } from '../../edits/sign-ins.ts'
import { unusedWithout } from '../../edits/unused.ts'

export const run: Run = async (context, [word = '', name = ''], options) => {
  const { config, open, print, signal } = context
  const { customer, project, index } = chooseToChange(config, word)
  const server = selectServer(customer, name)
  const at = customer.servers.indexOf(server)
  const change = changeOf(project.file, (text = '') => withoutServer(text, index, at))
  refuseNewErrors(config, { ...change, hint: 'correct these places first; nothing was written' })
  const { stack, project: opened, credentials } = await open()
  const same = opened.customers.find(one => one.id === customer.id)
  const gone = same?.servers.filter(one => one.name === server.name) ?? []
  const unused = unusedWithout(gone, opened, credentials)
  if (unused.length > 0) print.note(`no longer needed in ${credentials.file}: ${firstOf(unused)}`)
  const { names, unchecked } = await runningServers(stack, customer.id, signal)
  if (unchecked !== undefined) print.note(`warning: could not check which servers still run: ${unchecked}`)
  const isRunning = names.includes(server.name)
  const code = applyEdit(context, options, {
    changes: [change],
    shown: change,
    done: {
      message: `${config}: removed ${name} from ${customerTitle(customer)}${isRunning ? '; it is still running' : ''}`,
      hint: isRunning
        ? `run \`supportmax up\` to remove it, or \`supportmax down ${customer.id}\` to stop all servers of this customer`
        : undefined,
    },
    json: { customer: customer.id, server: name, running: isRunning, unused },
  })
  const others = same?.servers.filter(one => !gone.includes(one)) ?? []
  const needed = new Set(others.flatMap(credentialNames))
  const left = new Set(gone.flatMap(credentialNames).filter(one => !needed.has(one)))
  if (options.dryRun !== true) await forgetSignIns(context, stack, gone)
  if (options.dryRun !== true)
    changeBindings(context, stack, bindings =>
      bindings.forget(one => one.owner === customer.id && left.has(one.name)),
    )
  return code
}
