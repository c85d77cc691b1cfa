import { render } from 'ink'
import { type ChatWork, openController } from './controller.ts'
import { Screen } from './draw/Screen.tsx'
import { openNamedKeys } from './typing/other-keys.ts'

interface ChatOptions extends ChatWork {
  /** False under NO_COLOR and --no-color. */
  color: boolean
  /** Fires on SIGTERM and similar signals; has the effect of /quit. */
  signal?: AbortSignal
  stdin?: NodeJS.ReadStream
  stdout?: NodeJS.WriteStream
}

/**
 * The chat on this terminal, until the person leaves. Opens at once; servers connect in the background. Both streams
 * must be terminals. A running question is cancelled on leaving; servers keep running.
 */
export async function runChat(options: ChatOptions): Promise<void> {
  const { stdin = process.stdin, stdout = process.stdout, session, color } = options
  const controller = openController(options)
  const keys = openNamedKeys(stdin, stdout)
  // CI=true would otherwise keep Ink from drawing anything.
  const screen = render(<Screen controller={controller} color={color} />, {
    stdin: keys.stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: Boolean(stdin.isTTY && stdout.isTTY),
  })
  options.signal?.addEventListener('abort', controller.quit, { once: true })
  controller.start()
  await controller.left
  options.signal?.removeEventListener('abort', controller.quit)
  session.close()
  screen.unmount()
  await screen.waitUntilExit()
  keys.close()
}
