import { openTokens } from '../../access/tokens/tokens.ts'
import { SupportError } from '../../base/errors.ts'
import { counted } from '../../base/text/amounts.ts'
import type { Stack } from '../../stack/stack.ts'
import type { Context } from '../context.ts'

/**
 * Revokes the gateway's tokens of a customer that was removed, or lets them open its door under the new id (`to`). If that
 * fails, the edit of the file is not undone.
 */
export async function changeTokensOf(
  { print }: Pick<Context, 'print'>,
  { state }: Stack,
  { customer, to }: { customer: string; to: string | undefined },
): Promise<void> {
  const tokens = openTokens(state.folder)
  try {
    if (to !== undefined) return await tokens.moveCustomer(customer, to)
    const gone = await tokens.revoke(one => one.customer === customer)
    if (gone.length > 0) print.note(`revoked ${counted(gone.length, 'token')} of the gateway`)
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    print.note(`warning: ${error.message}`)
  }
}
