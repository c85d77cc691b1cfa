import type { App } from '../../../app.ts'
import { EXIT, reasonOf, SupportError } from '../../../base/errors.ts'
import { writeWhole } from '../../../base/files.ts'
import { redact } from '../../../base/redact.ts'
import { counted } from '../../../base/text/amounts.ts'
import { type Customer, customerTitle } from '../../../config/project.ts'
import { selectCustomers } from '../../../config/select.ts'
import { down } from '../../../stack/down.ts'
import { isAlive } from '../../../stack/look/judge.ts'
import { lookAround } from '../../../stack/look/sight.ts'
import { type Check, smokeChecks } from '../../../stack/smoke.ts'
import type { Stack } from '../../../stack/stack.ts'
import { up } from '../../../stack/up/up.ts'
import { type Context, type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { runtimeOption, startTimeout } from '../../options.ts'
import { createProgress } from '../../progress/progress.ts'
import { junitXml } from './junit.ts'

export const run: Run = async (context, names, options) => {
  const { print, open, signal } = context
  const wanted = runtimeOption(options)
  const app = await open(wanted)
  const { project, stack } = app
  const customers = selectCustomers(project, names)
  const timeoutMs = startTimeout(options, project)
  const newProgress = () =>
    createProgress({ print: quietUnlessText(context), project, stream: process.stderr })
  const shared = { timeoutMs, command: 'smoke', signal }
  const before = await customersRunning(stack, signal)
  try {
    const progress = newProgress()
    await up(stack, {
      ...shared,
      customers,
      scope: 'part',
      runtime: wanted,
      mode: 'apply',
      until: 'ready',
      emit: progress.emit,
    }).finally(progress.end)
    const checks = await runChecks(context, app, customers)
    publishChecks(context, project.name, checks, textOption(options, 'junit'))
    const failed = checks.filter(one => !one.ok).length
    print.note(`${checks.length - failed} of ${checks.length} checks passed`)
    return failed === 0 && checks.length > 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
    // Servers that were already running stay: somebody else started them.
    const started = customers.filter(one => !before.has(one.id))
    if (options.keep !== true && started.length > 0) {
      const { emit, end } = newProgress()
      const ids = started.map(one => one.id)
      await down(stack, { ...shared, customers: ids, emit, signal: undefined }).finally(end)
    }
  }
}

/**
 * Prints the result of each check as it comes. On a terminal, a customer whose checks all pass takes one line, and its
 * results come when they are complete.
 */
async function runChecks({ print, signal }: Context, app: App, customers: Customer[]): Promise<Check[]> {
  const ofCustomer = new Map(customers.map(one => [one.id, [] as Check[]]))
  const tell = (check: Check) => {
    if (print.mode !== 'text') return
    const seen = [...(ofCustomer.get(check.customer) ?? []), check]
    ofCustomer.set(check.customer, seen)
    const customer = customers.find(one => one.id === check.customer)
    if (!print.isTerminal || !customer) print.result(checkLine(check, customers))
    else if (seen.length === 2 * customer.servers.length)
      for (const line of customerLines(seen, customers))
        print.result(explainedText({ message: line }, print.layout))
  }
  return smokeChecks(app.stack, { customers, toolsetFor: app.toolsetFor, tell, signal })
}

function customerLines(checks: Check[], customers: Customer[]): string[] {
  const failed = checks.filter(one => !one.ok)
  const [first] = checks
  if (failed.length > 0 || !first) return failed.map(check => checkLine(check, customers))
  const customer = customers.find(one => one.id === first.customer)
  const servers = [...new Set(checks.map(one => one.server))].join(', ')
  return [
    `ok   ${customer ? customerTitle(customer) : first.customer}: ${counted(checks.length, 'check')} (${servers})`,
  ]
}

async function customersRunning(stack: Stack, signal: AbortSignal): Promise<Set<string>> {
  const { all } = await lookAround(stack, signal)
  const alive = all.flatMap(({ observed }) => observed.servers.filter(isAlive))
  return new Set(alive.map(one => one.customer))
}

function quietUnlessText({ print }: Context): Context['print'] {
  return print.mode === 'json' ? { ...print, mode: 'quiet' } : print
}

function checkLine(check: Check, customers: Customer[]): string {
  const customer = customers.find(one => one.id === check.customer)
  const title = customer ? customerTitle(customer) : check.customer
  return `${check.ok ? 'ok  ' : 'FAIL'} ${title} ${check.server} ${check.check}: ${check.detail}`
}

/** Prints the checks as JSON with --json, and writes them as JUnit XML if a file is named. */
function publishChecks(
  { print }: Context,
  project: string,
  checks: Check[],
  junit: string | undefined,
): void {
  if (print.mode === 'json') print.json({ project, ok: checks.every(one => one.ok), checks })
  if (junit === undefined) return
  try {
    writeWhole(junit, redact(junitXml(project, checks)))
  } catch (error) {
    throw new SupportError('usage', `--junit: ${reasonOf(error)}`)
  }
}
