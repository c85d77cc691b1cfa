import { SupportError } from '../../base/errors.ts'
import { keyOf, keyText, type Server, type ServerKey } from '../../config/project.ts'
import type { SignInStore } from '../../mcp/sign-in/store.ts'
import type { Stack } from '../../stack/stack.ts'
import type { Context } from '../context.ts'

type Saying = Pick<Context, 'print' | 'signal'>

/** Forgets the sign-ins to servers that are no longer configured. If that fails, the edit of the file is not undone. */
export async function forgetSignIns(context: Saying, stack: Stack, gone: readonly Server[]): Promise<void> {
  await changeSignIns(context, stack, gone, (signIns, key) => {
    signIns.remove(key)
    context.print.note(`removed the sign-in to ${keyText(key)}; its tokens were not revoked`)
  })
}

/** Moves a customer's sign-ins to its new id. If that fails, the edit of the file is not undone. */
export async function moveSignIns(
  context: Saying,
  stack: Stack,
  { servers, id }: { servers: readonly Server[]; id: string },
): Promise<void> {
  await changeSignIns(context, stack, servers, (signIns, key) => {
    const signIn = signIns.read(key)
    if (signIn) signIns.write({ ...signIn, customer: id })
    signIns.remove(key)
  })
}

async function changeSignIns(
  { print, signal }: Saying,
  { state: { signIns } }: Stack,
  servers: readonly Server[],
  change: (signIns: SignInStore, key: ServerKey) => void,
): Promise<void> {
  const kept = servers.map(keyOf).filter(key => signIns.stamp(key) !== '')
  if (kept.length > 0) await signIns.unlock(signal)
  for (const key of kept)
    try {
      await signIns.locked(key, async () => change(signIns, key))
    } catch (error) {
      if (!(error instanceof SupportError)) throw error
      print.note(`warning: ${error.message}`)
    }
}
