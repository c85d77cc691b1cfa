import { SupportError } from '../../../base/errors.ts'
import { socketPath } from '../../../server/running/place.ts'
import { type Wish, wishFrom } from '../../../server/running/socket.ts'

/** What the running server of this project answers. Throws `failed` if none runs. */
export async function askRunning(
  folder: string,
  wish: Exclude<Wish, { kind: 'attach' }>,
): Promise<Record<string, unknown>> {
  const found = await wishFrom(socketPath(folder), wish)
  if (!found)
    throw new SupportError('failed', 'serve is not running', { hint: 'run `supportmax serve --detach`' })
  found.socket.destroy()
  return found.answer
}
