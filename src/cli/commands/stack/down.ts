import { EXIT, SupportError } from '../../../base/errors.ts'
import { customerTitle, keyText } from '../../../config/project.ts'
import { selectCustomer } from '../../../config/select.ts'
import { down } from '../../../stack/down.ts'
import { lookAround } from '../../../stack/look/sight.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { Context, Run } from '../../context.ts'
import { secondsOption } from '../../options.ts'
import { createProgress } from '../../progress.ts'

export const run: Run = async (context, names, options) => {
  const { print, signal } = context
  const stack = await stackOf(context, names)
  const { project } = stack
  const customers = names.length === 0 ? undefined : await idsOf(stack, names, context)
  const progress = createProgress({ print, project, stream: process.stderr })
  const result = await down(stack, {
    customers,
    timeoutMs: (secondsOption(options, 'timeout') ?? 60) * 1_000,
    command: 'down',
    emit: progress.emit,
    signal,
  }).finally(progress.end)
  if (print.mode === 'json') print.json({ type: 'done', ...result })
  for (const one of result.left) print.error(`${keyText(one.key)}: ${one.reason}\n  ${one.hint}`)
  for (const network of result.networks)
    print.error(`network ${network} is still there: type  supportmax down  again`)
  const clean = result.left.length === 0 && result.networks.length === 0
  if (clean)
    print.note(
      result.removed === 0
        ? 'nothing was running; nothing is left'
        : `${result.removed} removed; nothing is left`,
    )
  return clean ? EXIT.ok : EXIT.failed
}

/** Also a customer that is no longer in the configuration, by its id: what it left may still run. */
async function idsOf(stack: Stack, names: string[], { print, signal }: Context): Promise<string[]> {
  const { all } = await lookAround(stack, signal)
  const there = new Set(all.flatMap(({ observed }) => observed.servers.map(one => one.customer)))
  return names.map(name => {
    const known = stack.project.customers.some(one => one.id === name)
    if (!known && there.has(name)) return name
    const customer = selectCustomer(stack.project, name)
    print.note(customerTitle(customer))
    return customer.id
  })
}

/** A configuration that is gone or broken must not keep what was started from it running. */
async function stackOf({ config, open, print }: Context, names: string[]): Promise<Stack> {
  try {
    return (await open()).stack
  } catch (error) {
    const { openRemnant } = await import('../../../app.ts')
    const remnant = names.length === 0 ? openRemnant(config) : undefined
    if (!remnant || !(error instanceof SupportError) || error.code !== 'usage') throw error
    print.error(`${error.message}\nso all that was started from it is taken down`)
    return remnant
  }
}
