import { basename, dirname, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { readIfThere } from '../../../base/files.ts'
import { counted } from '../../../base/text/amounts.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import { firstOf } from '../../../base/text/words.ts'
import { differenceText, refuseOlder, writeChanges } from '../../../config/edit/changes.ts'
import { itemText } from '../../../config/edit/json-text.ts'
import { planOlderImport } from '../../../config/edit/migrate.ts'
import { changesOf, type ImportPlan, LARGEST_FOREIGN, planImport } from '../../../config/import/import.ts'
import { askYesNo } from '../../ask.ts'
import { type Context, type Options, type Run, textOption } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { explainedText } from '../../error-text.ts'
import type { Printer } from '../../print/printer.ts'

const WITHOUT_TERMINAL = 'run the command in a terminal, or add --yes'

export const run: Run = async (context, [file = ''], options) => {
  const { print, config, signal } = context
  refuseOlder(config)
  const customer = textOption(options, 'customer')
  const source = file === '-' ? await text(process.stdin) : readIfThere(file, LARGEST_FOREIGN)
  if (source === undefined) throw new SupportError('usage', `${file}: file not found`)
  const folder = file === '-' ? process.cwd() : dirname(resolve(file))
  const name = file === '-' ? 'standard input' : file
  if (customer === undefined) return importOlder(context, { name, source }, options)
  const plan = planImport({ name, text: source, folder, config, customer })
  if (print.mode === 'json') print.json(planJson(plan))
  else printPlan(print, plan)
  if (options.dryRun === true) {
    if (print.mode !== 'json') print.result(clean(differenceText(plan.config)))
    return EXIT.ok
  }
  const isAllowed = options.yes === true || (await askYesNo('Write this?', signal, WITHOUT_TERMINAL))
  if (!isAllowed) throw new SupportError('refused', 'nothing was written')
  writeChanges(changesOf(plan))
  print.note(explainedText({ message: 'written', hint: nextText(plan) }, print.noteLayout))
  return EXIT.ok
}

/** Of grafana_servers.json, each server is a customer of its own. */
async function importOlder(
  context: Context,
  { name, source }: { name: string; source: string },
  options: Options,
): Promise<number> {
  const { print, config, signal } = context
  const plan = planOlderImport(name, source, config)
  if (!plan)
    throw new SupportError('usage', '--customer is missing', {
      hint: 'run `supportmax import FILE --customer NAME`',
    })
  const names = plan.customers.map(one => `${one.name} (${one.id})`).join(', ')
  if (print.mode !== 'json') print.note(clean(`${counted(plan.customers.length, 'customer')}: ${names}`))
  for (const note of plan.notes) print.note(clean(note))
  const isAllowed =
    options.dryRun === true ||
    options.yes === true ||
    (await askYesNo('Write this?', signal, WITHOUT_TERMINAL))
  if (!isAllowed) throw new SupportError('refused', 'nothing was written')
  return applyEdit(context, options, {
    changes: plan.changes,
    shown: plan.config,
    done: { message: `${config}: written`, hint: 'run `supportmax status` to see which servers answer' },
    json: { customers: plan.customers, notes: plan.notes },
  })
}

/** For a terminal of 80 columns, less the key before a value and the comma after it. */
const NARROW = { step: '  ', eol: '\n', longest: 66 }

function printPlan(print: Printer, plan: ImportPlan): void {
  const { clients, customer, servers, found, missing, config, credentials, ignored } = plan
  const added = servers.filter(one => one.server)
  const say = (message: string) => print.note(explainedText({ message }, print.noteLayout))
  print.note(`${counted(servers.length, 'server')} in the form of ${clients}`)
  print.note(`${config.file}: ${customer.isNew ? 'new customer' : 'customer'} ${clean(customer.name)}`)
  for (const { from, server, notes } of servers) {
    print.note(`  ${clean(from)}`)
    if (server) print.note(clean(`    ${itemText(server, '    ', NARROW)}`))
    for (const note of notes) print.note(`    ${clean(note)}`)
  }
  if (found.length > 0) say(`${credentials.file}: ${firstOf(found)}`)
  if (ignored) say(`${ignored.file}: ${basename(credentials.file)}`)
  if (missing.length > 0) say(`without a value: ${firstOf(missing)}`)
  if (added.length === 0) print.note('nothing to add')
}

function nextText({ servers, missing, credentials }: ImportPlan): string {
  const fill = missing.length > 0 ? `put values for ${firstOf(missing)} into ${credentials.file}; ` : ''
  const runs = servers.some(({ server = {} }) => ['command', 'package', 'image'].some(key => key in server))
  return `${fill}run ${runs ? '`supportmax trust`, then ' : ''}\`supportmax up\``
}

/** Without values of credentials. */
function planJson({ clients, customer, servers, found, missing, config, credentials }: ImportPlan) {
  return {
    clients,
    customer,
    servers: servers.map(({ from, server, notes }) => ({ from, server: server ?? null, notes })),
    credentials: { file: credentials.file, found, missing },
    config: config.file,
  }
}
