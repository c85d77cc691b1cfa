import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openTokens } from '../../../access/tokens/tokens.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { isOnPath } from '../../../base/machine.ts'
import { packageRoot } from '../../../base/package-root.ts'
import { readEnvironment } from '../../../config/env.ts'
import { type Customer, customerTitle } from '../../../config/project.ts'
import { type ClientForm, clientRoots } from '../../../exporters/clients/client.ts'
import { CLIENTS } from '../../../exporters/clients/clients.ts'
import { type Connected, connectClient } from '../../../exporters/clients/connect.ts'
import { type ClientTarget, printedEntry, tokenVariable } from '../../../exporters/clients/entry.ts'
import { clientState } from '../../../exporters/clients/found.ts'
import { keptPort } from '../../../server/running/place.ts'
import type { Context, Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { tableText } from '../../print/table.ts'
import { isServing } from '../serve/running.ts'
import { shownToken } from '../token/shown.ts'
import { clientPlace } from './place.ts'

export const run: Run = async (context, [word], options) => {
  if (word === undefined) return listClients(context)
  const { print } = context
  if (options.project === true && options.user === true)
    throw new SupportError('usage', '--project cannot be combined with --user', {
      hint: 'leave out one of them',
    })
  const { client, customer, project, stack, environment, roots, folder } = await clientPlace(
    context,
    word,
    options,
  )
  const { folder: state } = stack.state
  const { XDG_STATE_HOME: home } = environment.variables
  const target: ClientTarget =
    options.http === true
      ? { kind: 'http', port: keptPort(state) }
      : {
          kind: 'stdio',
          launch: {
            // Both by their paths: the PATH of a client that a desktop starts may have neither.
            command: process.execPath,
            args: [
              ...[join(packageRoot(), 'bin', 'supportmax.js'), '--config', project.file],
              ...['gateway', '--customer', customer.id],
            ],
            env: home ? { XDG_STATE_HOME: home } : undefined,
          },
        }
  const place = { client, customer: customer.id, roots, folder }
  if (options.print === true || !client.syntax) {
    print.result(printedEntry(place, target))
    const files = client.user?.(roots) ?? []
    const file = options.project === true ? client.project : (files.find(existsSync) ?? files[0])
    print.note(client.syntax ? `add this to ${file ?? `a file of ${client.title}`}` : client.next)
    if (target.kind === 'http') print.note(tokenText(context, client, customer.id))
    return EXIT.ok
  }
  const level = options.project === true || !client.user ? 'project' : 'user'
  const done = await connectClient({ ...place, level }, target, {
    tokens: openTokens(state),
    force: options.force === true,
  })
  if (target.kind === 'http' && !(await isServing(state)))
    print.note('serve is not running: start it with `supportmax serve --detach`')
  if (print.mode === 'json') {
    const token = done.token && shownToken(done.token)
    print.json({ client: client.id, customer: customer.id, ...done, token })
  } else printDone(context, done, { client, customer })
  return EXIT.ok
}

/** Where the token of an entry comes from that was only printed. */
function tokenText({ print }: Context, client: ClientForm, customer: string): string {
  if (client.variable) return variableText(client, customer, print.noteLayout.command)
  return `replace <TOKEN> with the token that \`supportmax token create --customer ${customer}\` prints`
}

function variableText({ variableFile }: ClientForm, customer: string, command: string): string {
  const name = tokenVariable(customer)
  const create = `${command} token create --customer ${customer}`
  return variableFile === undefined
    ? `set ${name} before you start it: \`export ${name}="$(${create})"\``
    : `add ${name}=TOKEN to ${variableFile}, with the token that \`${create}\` prints`
}

function printDone(
  { print }: Context,
  { file, done, backup, link, variable, token }: Connected,
  { client, customer }: { client: ClientForm; customer: Customer },
): void {
  if (link !== undefined) print.note(`${file} is a link: changed ${link}`)
  if (backup !== undefined) print.note(`backup of the file: ${backup}`)
  if (token)
    print.note(`wrote a new token, "${token.name}" (${token.id}), into the file, which only you can read now`)
  const message =
    done === 'unchanged' ? `${file}: unchanged` : `${file}: ${done} the entry for ${customerTitle(customer)}`
  const { command } = print.noteLayout
  const hint = variable === undefined ? client.next : variableText(client, customer.id, command)
  print.note(explainedText({ message, hint }, print.noteLayout))
}

/** Every client, whether it is on this machine, and whose tools it has. */
function listClients({ print }: Context): number {
  const environment = readEnvironment()
  const roots = clientRoots(environment)
  const searched = environment.variables.PATH ?? ''
  const rows = CLIENTS.map(client => {
    const state = clientState({ client, roots, folder: process.cwd() }, program =>
      isOnPath(program, searched),
    )
    return { id: client.id, title: client.title, found: state.isFound, customers: state.customers }
  })
  if (print.mode === 'json') print.json(rows)
  else {
    const columns = [
      { head: 'CLIENT' },
      { head: 'NAME' },
      { head: 'FOUND' },
      { head: 'CONNECTED TO', least: 12 },
    ]
    const cells = rows.map(one => [
      one.id,
      one.title,
      one.found ? 'yes' : '-',
      one.customers.join(', ') || '-',
    ])
    print.result(
      tableText(
        columns,
        cells.map(row => ({ cells: row })),
        print.layout,
      ),
    )
  }
  return EXIT.ok
}
