import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { customerTitle, keyText } from '../../../config/project.ts'
import { externalText, selectCustomer } from '../../../config/select.ts'
import { type DownResult, down } from '../../../stack/down.ts'
import { lookAround } from '../../../stack/look/sight.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { Context, Run } from '../../context.ts'
import { errorText, explainedText } from '../../error-text.ts'
import { secondsOption } from '../../options.ts'
import { createProgress } from '../../progress/progress.ts'

export const run: Run = async (context, names, options) => {
  const { print, signal } = context
  const stack = await openStack(context, names)
  const { project } = stack
  const customers = names.length === 0 ? undefined : await customerIds(stack, names, context)
  const seconds = secondsOption(options, 'timeout')
  const progress = createProgress({ print, project, stream: process.stderr })
  const result = await down(stack, {
    customers,
    timeoutMs: seconds === undefined ? TIMEOUTS.otherCommand : seconds * 1_000,
    command: 'down',
    emit: progress.emit,
    signal,
  }).finally(progress.end)
  return printOutcome(context, result, names.length === 0 ? 'all' : 'part')
}

/** Prints the outcome with everything that is left, and returns the exit code. */
function printOutcome({ print }: Context, result: DownResult, scope: 'all' | 'part'): number {
  if (print.mode === 'json') print.json({ type: 'done', ...result })
  for (const { key, reason, hint } of result.left)
    print.error(errorText({ message: `${keyText(key)}: ${reason}`, hint }, print.noteLayout))
  for (const network of result.networks) {
    const again = { message: `network ${network} could not be removed`, hint: 'run `supportmax down` again' }
    print.error(errorText(again, print.noteLayout))
  }
  if (result.left.length > 0 || result.networks.length > 0) return EXIT.failed
  const removed = `${counted(result.removed, 'server')} removed`
  // After a `down` of some customers, others can still run.
  const isSure = result.unchecked === undefined
  const summary = scope === 'all' && isSure ? `${removed}; nothing is left running` : removed
  if (!isSure) print.note(explainedText({ message: result.unchecked ?? '' }, print.noteLayout))
  print.note(result.removed === 0 && isSure ? 'nothing was running' : summary)
  return EXIT.ok
}

/** Ids of the customers. A customer that is no longer in the configuration can still have servers: its id is accepted. */
async function customerIds(stack: Stack, names: string[], { print, signal }: Context): Promise<string[]> {
  const isKnown = (name: string) =>
    stack.project.customers.some(one => one.id === name || one.name.toLowerCase() === name.toLowerCase())
  const all = names.every(isKnown) ? [] : (await lookAround(stack, undefined, signal)).all
  const present = new Set(all.flatMap(({ observed }) => observed.servers.map(one => one.customer)))
  return names.map(name => {
    if (!isKnown(name) && present.has(name)) return name
    const customer = selectCustomer(stack.project, name, 'beginning')
    print.note(customerTitle(customer))
    const external = customer.servers.filter(one => !one.managed)
    const message = `${externalText(customer, external)}; left alone`
    if (external.length > 0) print.note(explainedText({ message }, print.noteLayout))
    return customer.id
  })
}

/** A missing or broken configuration must not keep its servers running. */
async function openStack({ config, open, print }: Context, names: string[]): Promise<Stack> {
  try {
    return (await open()).stack
  } catch (error) {
    const { openRemnant } = await import('../../../stack/open.ts')
    const remnant = names.length === 0 ? openRemnant(config) : undefined
    if (!remnant || !(error instanceof SupportError) || error.code !== 'usage') throw error
    print.error(errorText(error, print.noteLayout))
    print.note('stopping every server that was started from this configuration')
    return remnant
  }
}
