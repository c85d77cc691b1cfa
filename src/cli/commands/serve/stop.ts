import { EXIT, SupportError } from '../../../base/errors.ts'
import { startOf } from '../../../base/machine.ts'
import { waitFor } from '../../../base/waiting/wait.ts'
import type { Run } from '../../context.ts'
import { askRunning } from './running.ts'

/** Milliseconds: longer than the server lets running requests end. */
const MOST_WAIT = 20_000

export const run: Run = async ({ print, open, signal }) => {
  const app = await open()
  try {
    const { pid } = await askRunning(app.stack.state.folder, { kind: 'stop' })
    const isGone = () => startOf(Number(pid)) === undefined
    await waitFor(isGone, { every: 50, most: MOST_WAIT, signal })
    if (!isGone())
      throw new SupportError('failed', `serve (pid ${pid}) is still running`, { hint: `run \`kill ${pid}\`` })
    print.note(`stopped (pid ${pid})`)
    return EXIT.ok
  } finally {
    await app.close()
  }
}
