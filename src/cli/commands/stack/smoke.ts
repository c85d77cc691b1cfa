import type { App } from '../../../app.ts'
import { EXIT, reasonOf, SupportError } from '../../../base/errors.ts'
import { checkWritable, writeWhole } from '../../../base/files.ts'
import { redact } from '../../../base/redact.ts'
import type { Customer } from '../../../config/project.ts'
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
import { liveLine } from '../../progress/live-line.ts'
import { createProgress } from '../../progress/progress.ts'
import { junitXml } from './checks/junit.ts'
import { checkLine, failedLines, passedLine, runningLine } from './checks/text.ts'

export const run: Run = async (context, names, options) => {
  const { print, open, signal } = context
  const wanted = runtimeOption(options)
  const junit = textOption(options, 'junit')
  if (junit !== undefined) asJunit(() => checkWritable(junit))
  const app = await open(wanted)
  const { project, stack } = app
  const customers = selectCustomers(project, names)
  const timeoutMs = startTimeout(options, project)
  const newProgress = () =>
    createProgress({ print: quietUnlessText(context), project, stream: process.stderr })
  const shared = { timeoutMs, command: 'smoke', signal }
  const before = await customersRunning(stack, customers, signal)
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
    publishChecks(context, project.name, checks, junit)
    const failed = checks.filter(one => !one.ok).length
    print.note(`${checks.length - failed} of ${checks.length} checks passed`)
    return failed === 0 && checks.length > 0 ? EXIT.ok : EXIT.failed
  } finally {
    await app.close()
    // Servers that were already running stay: somebody else started them.
    const started = customers.filter(one => !before.has(one.id) && one.servers.some(server => server.managed))
    if (options.keep !== true && started.length > 0) {
      const { emit, end } = newProgress()
      const ids = started.map(one => one.id)
      await down(stack, { ...shared, customers: ids, emit, signal: undefined }).finally(end)
    }
  }
}

/**
 * Prints the result of each check as it comes. On a terminal, a customer whose checks have all passed takes one line, and
 * each cause of failure is said once, at the end.
 */
async function runChecks({ print, signal }: Context, app: App, customers: Customer[]): Promise<Check[]> {
  const done: Check[] = []
  const grouped = print.mode === 'text' && print.isTerminal
  const columns = process.stderr.columns ?? 80
  const live = grouped
    ? liveLine(process.stderr, seconds => runningLine(done, customers, { seconds, columns }))
    : undefined
  const say = (line: string) => print.result(explainedText({ message: line }, print.layout))
  const tell = (check: Check) => {
    done.push(check)
    if (print.mode !== 'text') return
    if (!grouped) return print.result(checkLine(check, customers))
    const own = done.filter(one => one.customer === check.customer)
    const servers = customers.find(one => one.id === check.customer)?.servers.length ?? 0
    if (own.length === 2 * servers && own.every(one => one.ok))
      live?.above(() => say(passedLine(own, customers)))
  }
  const checks = await smokeChecks(app.stack, {
    customers,
    toolsetFor: app.toolsetFor,
    tell,
    signal,
  }).finally(() => live?.end())
  if (grouped) for (const line of failedLines(checks, customers, print.layout)) say(line)
  return checks
}

async function customersRunning(
  stack: Stack,
  customers: readonly Customer[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const { all } = await lookAround(
    stack,
    customers.flatMap(one => one.servers),
    signal,
  )
  const alive = all.flatMap(({ observed }) => observed.servers.filter(isAlive))
  return new Set(alive.map(one => one.customer))
}

function quietUnlessText({ print }: Context): Context['print'] {
  return print.mode === 'json' ? { ...print, mode: 'quiet' } : print
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
  asJunit(() => writeWhole(junit, redact(junitXml(project, checks))))
}

function asJunit(write: () => void): void {
  try {
    write()
  } catch (error) {
    const hint = error instanceof SupportError ? error.hint : undefined
    throw new SupportError('usage', `--junit: ${reasonOf(error)}`, { hint, cause: error })
  }
}
