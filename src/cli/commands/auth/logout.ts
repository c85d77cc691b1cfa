import { EXIT, reasonOf, SupportError } from '../../../base/errors.ts'
import { keyOf, type Server } from '../../../config/project.ts'
import { diversionOf } from '../../../mcp/sign-in/sign-in.ts'
import type { Stack } from '../../../stack/stack.ts'
import type { Run } from '../../context.ts'
import { explainedText } from '../../error-text.ts'
import { chooseSignIn, openSignInDoor } from './chosen.ts'

export const run: Run = async (context, names) => {
  const { print, signal } = context
  const { stack, server, title } = await chooseSignIn(context, names)
  const key = keyOf(server)
  const store = stack.state.signIns
  await store.unlock(signal)
  const { removed, revoked, reason } = await store.locked(key, async () => {
    const end = await revocation(stack, server, signal)
    return { removed: store.remove(key), ...end }
  })
  if (print.mode === 'json') print.json({ ...key, removed, revoked, reason })
  if (!removed) {
    print.note(explainedText({ message: `not signed in to ${title}` }, print.noteLayout))
    return EXIT.ok
  }
  const message = revoked
    ? `signed out of ${title}; its tokens were revoked`
    : `signed out of ${title}; its tokens were not revoked: ${reason}`
  const hint = revoked ? '' : 'revoke the access of supportmax in your account there to end it at once'
  print.note(explainedText({ message, hint }, print.noteLayout))
  return EXIT.ok
}

/** Revokes the tokens if that is possible. Whatever fails, the person wants to be signed out here. */
async function revocation(
  stack: Stack,
  server: Server,
  signal: AbortSignal,
): Promise<{ revoked: boolean; reason: string }> {
  try {
    const signIn = stack.state.signIns.read(keyOf(server))
    if (signIn?.tokens === undefined) return { revoked: false, reason: 'there are none' }
    const door = openSignInDoor(stack, server)
    const diversion = diversionOf(signIn, door)
    if (diversion !== undefined) return { revoked: false, reason: diversion }
    const { revoke } = await import('../../../mcp/sign-in/refresh.ts')
    const end = await revoke(signIn, door, signal)
    return end === 'revoked'
      ? { revoked: true, reason: '' }
      : { revoked: false, reason: `${signIn.issuer} does not support it` }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof SupportError) return { revoked: false, reason: error.message }
    return { revoked: false, reason: reasonOf(error) }
  }
}
