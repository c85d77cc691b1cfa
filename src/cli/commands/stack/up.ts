import { EXIT, SupportError } from '../../../base/errors.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { type Customer, customerTitle, type Project, type Server } from '../../../config/project.ts'
import { externalText, selectCustomers } from '../../../config/select.ts'
import type { StackEvent } from '../../../stack/events.ts'
import type { Stack } from '../../../stack/stack.ts'
import { noteReady, pinFirstSights } from '../../../stack/tools/pin.ts'
import { type UpOptions, type UpResult, up } from '../../../stack/up/up.ts'
import type { Context, Options, Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { runtimeOption, startTimeout, typesOption } from '../../options.ts'
import type { Printer } from '../../print/printer.ts'
import { createProgress } from '../../progress/progress.ts'
import { explainInterruption } from './interruption.ts'
import { watch } from './watch.ts'

export const run: Run = async (context, names, options) => {
  refuseConflicts(options)
  const { print, open, signal } = context
  const wanted = runtimeOption(options)
  const { project, stack } = await open(wanted)
  const customers = selectCustomers(project, names)
  if (names.length > 0) print.note(customers.map(customerTitle).join(', '))
  const types = typesOption(options, project.file)
  const only = (server: Server) => types?.includes(server.type) ?? true
  if (names.length > 0 || types) refuseNoServers(customers, types)
  if (names.length > 0) noteExternal(print, customers)
  const servers = customers.flatMap(one => one.servers).filter(only)
  const { notice } = await stack.runtimes.choose({ wanted, servers, signal })
  if (notice !== undefined) print.note(notice)
  const work: Work = {
    customers,
    only,
    scope: names.length === 0 && !types ? 'all' : 'part',
    runtime: wanted,
    ...startOptions(options, project),
  }
  const result = await started({ ...context, project, stack }, work)
  if (options.dryRun === true) return EXIT.ok
  sayResult(print, result, work.until)
  if (options.watch === true) {
    const again = (changed: ReadonlySet<Server>) =>
      started(
        { ...context, project, stack },
        { ...work, refresh: false, scope: 'part', only: server => changed.has(server) },
      )
    return watch({
      print,
      stack,
      servers,
      signal,
      again: async changed => sayResult(print, await again(changed), 'ready'),
    })
  }
  const { failed, late } = result
  if (failed === 0) return EXIT.ok
  return failed === late ? EXIT.deadline : EXIT.failed
}

/** What `up` is to do, without how it is shown. */
type Work = Omit<UpOptions, 'emit' | 'signal' | 'command'>

function startOptions(
  options: Options,
  project: Project,
): Pick<Work, 'mode' | 'until' | 'refresh' | 'timeoutMs'> {
  return {
    mode: options.dryRun === true ? 'plan-only' : 'apply',
    until: options.wait === false ? 'started' : 'ready',
    refresh: options.pull === true,
    timeoutMs: startTimeout(options, project),
  }
}

async function started(
  { print, project, stack, signal }: Pick<Context, 'print' | 'signal'> & { project: Project; stack: Stack },
  work: Work,
): Promise<UpResult> {
  const plan = work.mode === 'plan-only' ? 'each' : 'grouped'
  const progress = createProgress({ print, project, stream: process.stderr, plan })
  const { ready, emit } = noteReady(progress.emit)
  return up(stack, { ...work, command: 'up', emit, signal })
    .finally(progress.end)
    .then(async result => {
      const note = (event: StackEvent) => event.type === 'note' && print.note(event.text)
      if (ready.size > 0)
        await pinFirstSights(stack, { customers: work.customers, ready, emit: note, signal })
      return result
    })
    .catch(error => explainInterruption(error, stack, work.customers, signal))
}

function sayResult(print: Printer, { ready, total, failed, seconds }: UpResult, until: Work['until']): void {
  const count = until === 'started' ? `${total - failed} of ${total} started` : `${ready} of ${total} ready`
  print.note(`${count} (${milliseconds(seconds * 1_000)})`)
}

function refuseConflicts({ watch, dryRun, wait }: Options): void {
  const other =
    watch !== true ? undefined : dryRun === true ? '--dry-run' : wait === false ? '--no-wait' : undefined
  if (other !== undefined) throw new SupportError('usage', `--watch cannot be combined with ${other}`)
}

/** Of customers that were named: it can look as if they had been started. */
function noteExternal(print: Printer, customers: readonly Customer[]): void {
  for (const customer of customers) {
    const external = customer.servers.filter(one => !one.managed)
    if (external.length === 0) continue
    const them = external.length === 1 ? 'it answers' : 'they answer'
    const message = `${externalText(customer, external)}; only asked whether ${them}`
    print.note(explainedText({ message }, print.noteLayout))
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
