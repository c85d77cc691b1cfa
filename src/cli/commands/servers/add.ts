import { basename } from 'node:path'
import { SupportError } from '../../../base/errors.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import { loadCatalog } from '../../../catalog/load.ts'
import { refuseOlder } from '../../../config/edit/changes.ts'
import { changesOf, planServers } from '../../../config/import/import.ts'
import { loadProject } from '../../../config/load.ts'
import { customerTitle } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import type { Run } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { serverOfFlags } from './flags.ts'

export const run: Run = async (context, [word = '', ...words], options) => {
  const { config, print } = context
  refuseOlder(config)
  const { project } = loadProject(config)
  const customer = selectCustomer(project, word)
  const { name, write } = serverOfFlags(words, options, [...loadCatalog(config).keys()])
  if (customer.servers.some(one => one.name === name))
    throw new SupportError('usage', `${customer.name} already has a server "${name}"`, {
      hint: `use another name, or remove that one: run \`supportmax server remove ${customer.id} ${name}\``,
    })
  const target = { config, customer: customer.id }
  const plan = planServers(target, 'correct the flags; nothing was written', translated => [
    write(translated),
  ])
  const [added] = plan.servers
  for (const note of added?.notes ?? []) print.note(clean(note))
  if (plan.found.length > 0) print.note(`secrets for ${plan.credentials.file}: ${plan.found.join(', ')}`)
  if (plan.ignored) print.note(`${plan.ignored.file}: ${basename(plan.credentials.file)}`)
  const isCommand =
    added?.server !== undefined && ['command', 'package', 'image'].some(key => key in (added.server ?? {}))
  const fill =
    plan.missing.length > 0 ? `put values for ${plan.missing.join(', ')} into ${plan.credentials.file}; ` : ''
  const trust = isCommand ? `run \`supportmax trust ${customer.id}\`, then ` : 'run '
  const next = options.signIn === true ? `auth login ${customer.id} ${name}` : `up ${customer.id}`
  return applyEdit(context, options, {
    changes: changesOf(plan),
    shown: plan.config,
    done: {
      message: `${config}: added ${name} to ${customerTitle(customer)}`,
      hint: `${fill}${trust}\`supportmax ${next}\``,
    },
    json: { customer: customer.id, server: added?.server, missing: plan.missing, found: plan.found },
  })
}
