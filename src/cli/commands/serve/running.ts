import { SupportError } from '../../../base/errors.ts'
import { socketPath } from '../../../server/running/place.ts'
import { askServe, type ServeCommand } from '../../../server/running/socket.ts'

type Question = Exclude<ServeCommand, { kind: 'attach' }>

/** What the running server of this project answers. Throws `failed` if none runs. */
export async function askRunning(folder: string, command: Question): Promise<Record<string, unknown>> {
  const answer = await answerOf(folder, command)
  if (answer) return answer
  throw new SupportError('failed', 'serve is not running', { hint: 'run `supportmax serve --detach`' })
}

/** Throws `usage` if this project's server runs already: two would offer the same doors. */
export async function refuseSecond(folder: string): Promise<void> {
  const answer = await answerOf(folder, { kind: 'status' })
  if (!answer) return
  const { port, pid } = answer
  throw new SupportError('usage', `serve is already running on port ${port} (pid ${pid})`, {
    hint: 'run `supportmax serve status` to see its doors, or `supportmax serve stop` first',
  })
}

export async function isServing(folder: string): Promise<boolean> {
  return (await answerOf(folder, { kind: 'status' })) !== undefined
}

/** Undefined if none runs. */
async function answerOf(folder: string, command: Question): Promise<Record<string, unknown> | undefined> {
  const found = await askServe(socketPath(folder), command)
  found?.socket.destroy()
  return found?.answer
}
