import { SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import type { Customer } from '../../../config/project.ts'
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
  const ids = new Set(customers.map(one => one.id))
  const { all } = await lookAround(stack)
  const there = all.flatMap(({ observed }) => observed.servers).filter(one => ids.has(one.customer))
  if (there.length === 0) throw new SupportError('interrupted', 'interrupted: nothing was started')
  const alive = there.filter(isAlive).length
  const rest = there.length - alive
  const stays = [
    ...(alive > 0 ? [`${counted(alive, 'server')} ${alive === 1 ? 'keeps' : 'keep'} running`] : []),
    ...(rest > 0
      ? [
          `${counted(rest, 'server')} ${rest === 1 ? 'was' : 'were'} created but ${rest === 1 ? 'does' : 'do'} not run`,
        ]
      : []),
  ].join(', ')
  const names = ids.size === stack.project.customers.length ? '' : ` ${[...ids].join(' ')}`
  throw new SupportError('interrupted', `interrupted: ${stays}`, {
    hint: `run \`supportmax up${names}\` to continue, or \`supportmax down${names}\` to remove them`,
  })
}
