import { SupportError } from '../../base/errors.ts'
import type { Stack } from '../../stack/stack.ts'
import type { Bindings } from '../../stack/state/bound/bindings.ts'
import type { Context } from '../context.ts'

/** Changes what credentials are bound to after an edit of the file. If that fails, the edit is not undone. */
export function changeBindings(
  { print }: Pick<Context, 'print'>,
  { state }: Pick<Stack, 'state'>,
  change: (bindings: Bindings) => void,
): void {
  try {
    change(state.bindings)
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    print.note(`warning: ${error.message}`)
  }
}
