import { EXIT, SupportError } from '../../../base/errors.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import { customerTitle, isAlwaysLocal, type Server } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import { commandText } from '../../../stack/up/consent.ts'
import { askYesNo } from '../../ask.ts'
import type { Run } from '../../context.ts'

export const run: Run = async ({ print, open, signal }, names, options) => {
  const { stack, project } = await open()
  const { consent } = stack.state
  const customers = names.length === 0 ? project.customers : names.map(name => selectCustomer(project, name))
  const asked = customers.flatMap(customer =>
    customer.servers
      .filter(isAlwaysLocal)
      .map(server => ({ customer, server, was: consent.of(server) }))
      .filter(({ was }) => was !== 'allowed'),
  )
  if (print.mode === 'json')
    print.json({
      servers: asked.map(({ server, was }) => ({ ...shownOf(server), changed: was === 'changed' })),
    })
  else if (asked.length === 0) print.note('nothing to allow: every command was allowed before')
  for (const { customer, server, was } of asked) {
    const changed = was === 'changed' ? ' (changed since you allowed it)' : ''
    print.note(`${customerTitle(customer)}: ${server.name} runs${changed}:`)
    for (const line of linesOf(server)) print.note(`  ${clean(line)}`)
  }
  if (asked.length === 0) return EXIT.ok
  const isAllowed = options.yes === true || (await askYesNo('Allow this?', signal))
  if (!isAllowed) throw new SupportError('refused', 'nothing was allowed')
  consent.allow(asked.map(({ server }) => server))
  print.note('allowed; run `supportmax up` to start them')
  return EXIT.ok
}

function shownOf(server: Server) {
  const { customer, name, local } = server
  const cwd = local?.kind === 'bridge' ? (local.cwd ?? null) : null
  return { customer, server: name, command: commandText(server), cwd, env: environmentOf(server) }
}

function linesOf(server: Server): string[] {
  const { command, cwd, env } = shownOf(server)
  return [
    command,
    ...(cwd === null ? [] : [`in ${cwd}`]),
    ...Object.entries(env).map(([name, value]) => `with ${name}=${value}`),
  ]
}

/** As it is written: with the names of credentials, not their values. */
function environmentOf({ env }: Server): Record<string, string> {
  return Object.fromEntries(
    env.flatMap(entry =>
      entry.name.startsWith('CHILD_') && 'value' in entry && typeof entry.value === 'string'
        ? [[entry.name.slice('CHILD_'.length), entry.value]]
        : [],
    ),
  )
}
