import { changeOf, refuseNewErrors } from '../../../config/edit/changes.ts'
import { withCustomerName } from '../../../config/edit/document.ts'
import { customerTitle } from '../../../config/project.ts'
import { moveHomes } from '../../../runtimes/programs/homes.ts'
import { refuseOpenChats } from '../../../store/transcripts/removal/erase.ts'
import { type Run, textOption } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { changeBindings } from '../../edits/bindings.ts'
import { chooseToChange } from '../../edits/chosen.ts'
import { moveKept } from '../../edits/kept.ts'
import { runningServers } from '../../edits/running.ts'
import { moveSignIns } from '../../edits/sign-ins.ts'
import { changeTokensOf } from '../../edits/tokens.ts'

export const run: Run = async (context, [word = '', name = ''], options) => {
  const { config, open, print, signal } = context
  const chosen = chooseToChange(config, word)
  const { customer, project } = chosen
  // The id is part of every identity: containers, networks, names of credentials.
  const id = textOption(options, 'id') ?? customer.id
  const change = changeOf(project.file, (text = '') => withCustomerName(text, chosen, { name, id }))
  refuseNewErrors(config, { ...change, hint: 'use another name or --id; nothing was written' })
  const isMoved = id !== customer.id
  const stack = isMoved ? (await open()).stack : undefined
  if (stack) refuseOpenChats(stack.state.folder, customer.id)
  const { names, unchecked } = stack
    ? await runningServers(stack, customer.id, signal)
    : { names: [], unchecked: undefined }
  if (unchecked !== undefined) print.note(`warning: could not check which servers still run: ${unchecked}`)
  const code = applyEdit(context, options, {
    changes: [change],
    shown: change,
    done: {
      message: `${config}: ${customerTitle(customer)} is now ${customerTitle({ ...customer, name, id })}`,
      hint: isMoved ? moveHint(customer.id, names) : undefined,
    },
    json: { customer: id, before: customer.id, running: names },
  })
  // First: a running gateway revokes the tokens of a customer that stays away.
  if (stack && options.dryRun !== true)
    await changeTokensOf(context, stack, { customer: customer.id, to: id })
  const servers = stack?.project.customers.find(one => one.id === customer.id)?.servers ?? []
  if (stack && options.dryRun !== true) await moveSignIns(context, stack, { servers, id })
  if (stack && options.dryRun !== true)
    changeBindings(context, stack, bindings => bindings.moveCustomer(customer.id, id))
  if (stack && options.dryRun !== true) moveKept(context, stack.state.folder, { from: customer.id, to: id })
  if (stack && options.dryRun !== true && names.length === 0 && unchecked === undefined)
    moveHomes(stack.state.folder, customer.id, id)
  return code
}

function moveHint(id: string, running: readonly string[]): string {
  const credentials = 'run `supportmax customers` to see which credentials have another name now'
  if (running.length === 0) return credentials
  return `run \`supportmax down ${id}\` to stop ${running.join(', ')} of the previous id; ${credentials}`
}
