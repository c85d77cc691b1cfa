import { render } from 'ink'
import { openController } from './controller.ts'
import { Screen } from './draw/Screen.tsx'
import { openAttention } from './terminal/attention.ts'
import { clipboardText } from './terminal/clipboard.ts'
import { openLending } from './terminal/lend.ts'
import { pagerIn, showInPager } from './terminal/pager.ts'
import { openNamedKeys } from './typing/other-keys.ts'
import type { ChatWork } from './work.ts'

interface ChatOptions extends ChatWork {
  /** The environment, of which the pager gets a part (default: empty). */
  variables?: Record<string, string | undefined>
  /** False under NO_COLOR and --no-color. */
  color: boolean
  /** Whether to ring and to notify when an approval waits or a long answer is there (default: true). */
  notify?: boolean
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
  const {
    stdin = process.stdin,
    stdout = process.stdout,
    session,
    color,
    variables = {},
    notify = true,
  } = options
  const keys = openNamedKeys(stdin, stdout)
  const terminal = openLending(stdin, stdout, {
    keys,
    frame: { remove: () => screen.clear(), draw: () => screen.rerender(drawn()) },
  })
  const pager = pagerIn(variables)
  const controller = openController(options, {
    page: text => terminal.lend(signal => showInPager(text, pager, signal)),
    copy: text => void terminal.stdout.write(clipboardText(text)),
  })
  // CI=true would otherwise keep Ink from drawing anything.
  const drawn = () => <Screen controller={controller} color={color} />
  const screen = render(drawn(), {
    stdin: keys.stdin,
    stdout: terminal.stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: Boolean(stdin.isTTY && stdout.isTTY),
  })
  options.signal?.addEventListener('abort', controller.quit, { once: true })
  const attention = openAttention(controller, stdout, notify)
  controller.start()
  await controller.left
  await terminal.end()
  options.signal?.removeEventListener('abort', controller.quit)
  session.close()
  screen.unmount()
  await screen.waitUntilExit()
  attention.close()
  keys.close()
}
