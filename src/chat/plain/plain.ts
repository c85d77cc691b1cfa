import { createInterface } from 'node:readline'
import { SupportError } from '../../base/errors.ts'
import { clean } from '../../base/text/terminal-text.ts'
import { type Controller, openController } from '../controller.ts'
import type { ChatTerminal, ChatWork } from '../work.ts'
import { type Burst, openBurst } from './burst.ts'
import { openSpeaking, type Speaking } from './speaking.ts'

interface PlainOptions extends ChatWork {
  /** Fires on SIGTERM and similar signals; has the effect of /quit. */
  signal?: AbortSignal
  stdin?: NodeJS.ReadableStream
  stdout?: NodeJS.WriteStream
}

/**
 * The chat as lines: no cursor movement, no colours, each finished paragraph once, and what is asked of the person on a line
 * of its own. Until the person leaves, or the input ends.
 */
export async function runPlainChat(options: PlainOptions): Promise<void> {
  const { stdin = process.stdin, stdout = process.stdout, session, signal } = options
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
  }
  const width = () => stdout.columns || 80
  const controller = openController(options, terminalOf(print, width))
  const burst = openBurst(() => speaking.look())
  const speaking = openSpeaking(controller, { print, width, isBusy: burst.isOn })
  // Before readline takes the rest of the input for a line: without its Enter, it must not answer anything.
  stdin.once('end', () => input.removeAllListeners('line'))
  const input = createInterface({ input: stdin, terminal: false })
  input.on('line', line => take(line, { controller, print, burst, speaking })).on('close', controller.quit)
  signal?.addEventListener('abort', controller.quit, { once: true })
  controller.start()
  await controller.left
  signal?.removeEventListener('abort', controller.quit)
  burst.end()
  speaking.stop()
  input.removeAllListeners('close').close()
  session.close()
}

const KEYS = [
  ['Enter alone', 'cancel the running question or command, or deny the pending call'],
  ['a line', 'while a question is running: it is sent after the answer'],
  ['Ctrl+C or D', 'quit'],
] as const

function terminalOf(print: (lines: readonly string[]) => void, width: () => number): ChatTerminal {
  return {
    keys: KEYS,
    // All of it is read out at once.
    size: () => ({ columns: width(), rows: Number.POSITIVE_INFINITY }),
    page: async text => print(text.split('\n')),
    copy() {
      throw new SupportError('usage', 'plain mode cannot reach the clipboard', {
        hint: '`/save FILE.md` writes the conversation to a file',
      })
    },
    // No key is read here that asks for one of these.
    edit: async text => text,
    clear() {},
    suspend: async () => false,
  }
}

/** A terminal hands over whole lines here, the key included. */
const ESC = /^\u001b+$/

interface Taking {
  controller: Controller
  print(lines: readonly string[]): void
  burst: Burst
  speaking: Speaking
}

/** A line that was typed: the answer to the dialog that was read out, or a question or command. */
function take(typed: string, { controller, print, burst, speaking }: Taking): void {
  const view = controller.view()
  const [dialog] = view.dialogs
  // Keys such as arrows are no text.
  const line = clean(typed)
  const isEmpty = line.trim() === ''
  const isMeant = !burst.isOn()
  burst.add()
  controller.typed()
  if (isEmpty && !isMeant) return
  if (ESC.test(typed)) return void controller.cancel()
  if (isMeant && dialog?.ready && speaking.hasSaid(dialog)) {
    const why = controller.reply(dialog, line)
    if (why !== undefined) print([why])
    return
  }
  if (isEmpty) {
    // Also a command that waits; a dialog that was not read out yet stays.
    if (view.asking !== undefined || view.dialogs.length === 0) controller.cancel()
    return
  }
  const why = controller.submit(line)
  if (why !== undefined) print([why])
  else controller.history.add(view.customer.id, line)
  if (controller.view().queued.length > view.queued.length) print(['queued: it is sent after the answer'])
}
