import { EXIT, SupportError } from '../../../base/errors.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { type Customer, customerTitle, type Server } from '../../../config/project.ts'
import { externalText, selectCustomers } from '../../../config/select.ts'
import { up } from '../../../stack/up/up.ts'
import type { Run } from '../../context.ts'
import { runtimeOption, startTimeout, typesOption } from '../../options.ts'
import type { Printer } from '../../print/printer.ts'
import { createProgress } from '../../progress/progress.ts'
import { explainInterruption } from './interruption.ts'

export const run: Run = async ({ print, open, signal }, names, options) => {
  const wanted = runtimeOption(options)
  const { project, stack } = await open(wanted)
  const customers = selectCustomers(project, names)
  if (names.length > 0) print.note(customers.map(customerTitle).join(', '))
  const types = typesOption(options, project.file)
  const only = types && ((server: Server) => types.includes(server.type))
  if (names.length > 0 || types) refuseNoServers(customers, types)
  if (names.length > 0) noteExternal(print, customers)
  const servers = customers.flatMap(one => one.servers).filter(only ?? (() => true))
  const { notice } = await stack.runtimes.choose({ wanted, servers, signal })
  if (notice !== undefined) print.note(notice)
  const plan = options.dryRun === true ? 'each' : 'grouped'
  const progress = createProgress({ print, project, stream: process.stderr, plan })
  const result = await up(stack, {
    customers,
    only,
    scope: names.length === 0 && !types ? 'all' : 'part',
    runtime: wanted,
    mode: options.dryRun === true ? 'plan-only' : 'apply',
    until: options.wait === false ? 'started' : 'ready',
    refresh: options.pull === true,
    timeoutMs: startTimeout(options, project),
    command: 'up',
    emit: progress.emit,
    signal,
  })
    .finally(progress.end)
    .catch(error => explainInterruption(error, stack, customers, signal))
  if (options.dryRun === true) return EXIT.ok
  const { ready, total, failed, late, seconds } = result
  const count =
    options.wait === false ? `${total - failed} of ${total} started` : `${ready} of ${total} ready`
  print.note(`${count} (${milliseconds(seconds * 1_000)})`)
  if (failed === 0) return EXIT.ok
  return failed === late ? EXIT.deadline : EXIT.failed
}

/** Of customers that were named: it can look as if they had been started. */
function noteExternal(print: Printer, customers: readonly Customer[]): void {
  for (const customer of customers) {
    const external = customer.servers.filter(one => !one.managed)
    if (external.length > 0) print.note(`${externalText(customer, external)}; only asked whether it answers`)
  }
}

/** Names and types that select no server at all are a mistake. */
function refuseNoServers(customers: readonly Customer[], types: readonly string[] | undefined): void {
  const servers = customers.flatMap(one => one.servers)
  if (servers.some(one => types?.includes(one.type) ?? true)) return
  const who = customers.map(one => one.name).join(', ') || 'the configuration'
  const what = types ? `server of type ${types.join(' or ')}` : 'server'
  throw new SupportError('usage', `nothing to start: no ${what} in ${who}`, {
    hint: 'run `supportmax customers` to see which servers each customer has',
  })
}
