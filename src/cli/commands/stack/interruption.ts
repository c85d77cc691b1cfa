import { SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { pause } from '../../../base/waiting/wait.ts'
import type { Customer } from '../../../config/project.ts'
import type { ObservedServer } from '../../../runtimes/runtime.ts'
import { isAlive } from '../../../stack/look/judge.ts'
import { lookAround } from '../../../stack/look/sight.ts'
import type { Stack } from '../../../stack/stack.ts'

/**
 * Throws `error`; if `up` was interrupted, an error that says what stays behind, and how to continue or to remove it.
 * Looks at the runtimes once more, because starts that were under way may have been carried out.
 */
export async function explainInterruption(
  error: unknown,
  stack: Stack,
  customers: readonly Customer[],
  signal: AbortSignal,
): Promise<never> {
  if (!signal.aborted) throw error
  // The engine may still carry out its last orders.
  await pause(SETTLE_MS)
  const { all } = await lookAround(
    stack,
    customers.flatMap(one => one.servers),
  )
  const ids = new Set(customers.map(one => one.id))
  const there = all.flatMap(({ observed }) => observed.servers).filter(one => ids.has(one.customer))
  const networks = all.flatMap(({ observed }) => observed.networks).filter(one => ids.has(one.customer))
  if (there.length + networks.length === 0)
    throw new SupportError('interrupted', 'interrupted: nothing was started')
  const names = ids.size === stack.project.customers.length ? '' : ` ${[...ids].join(' ')}`
  const them = there.length === 0 ? 'the networks that it created' : there.length === 1 ? 'it' : 'them'
  throw new SupportError('interrupted', `interrupted: ${staysText(there)}`, {
    hint: `run \`supportmax up${names}\` to continue, or \`supportmax down${names}\` to remove ${them}`,
  })
}

const SETTLE_MS = 500

function staysText(servers: readonly ObservedServer[]): string {
  const alive = servers.filter(isAlive).length
  const rest = servers.length - alive
  const texts = [
    ...(alive > 0 ? [`${counted(alive, 'server')} ${alive === 1 ? 'keeps' : 'keep'} running`] : []),
    ...(rest > 0
      ? [`${counted(rest, 'server')} ${rest === 1 ? 'was created but does' : 'were created but do'} not run`]
      : []),
  ]
  return texts.join(', ') || 'no server was started'
}
