import { createInterface } from 'node:readline'
import { SupportError } from '../../base/errors.ts'
import { type Controller, openController } from '../controller.ts'
import { approvalLines } from '../draw/approval/lines.ts'
import { askedFor, formLines } from '../draw/form/lines.ts'
import { sendPieces } from '../draw/send.ts'
import type { Dialog } from '../view/dialogs.ts'
import type { View } from '../view/view.ts'
import { doingText } from '../view/words/doing.ts'
import type { ChatTerminal, ChatWork } from '../work.ts'
import { plainLines, whoText } from './lines.ts'

interface PlainOptions extends ChatWork {
  /** Fires on SIGTERM and similar signals; has the effect of /quit. */
  signal?: AbortSignal
  stdin?: NodeJS.ReadableStream
  stdout?: NodeJS.WriteStream
}

/** In seconds; nothing else shows that a long question is still running. */
const STILL_EVERY = 15

/**
 * The chat as lines: no cursor movement, no colours, each finished paragraph once, and what is asked of the person on a line
 * of its own. Until the person leaves, or the input ends.
 */
export async function runPlainChat(options: PlainOptions): Promise<void> {
  const { stdin = process.stdin, stdout = process.stdout, session, signal } = options
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
  }
  const controller = openController(options, terminalOf(print))
  const stopSpeaking = speak(controller, print, () => stdout.columns || 80)
  const input = createInterface({ input: stdin, terminal: false })
  input.on('line', line => take(line, controller, print)).on('close', controller.quit)
  signal?.addEventListener('abort', controller.quit, { once: true })
  controller.start()
  await controller.left
  signal?.removeEventListener('abort', controller.quit)
  stopSpeaking()
  input.removeAllListeners('close').close()
  session.close()
}

function terminalOf(print: (lines: readonly string[]) => void): ChatTerminal {
  return {
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

/** A line that was typed: the answer to the dialog that was read out, or a question or command. */
function take(line: string, controller: Controller, print: (lines: readonly string[]) => void): void {
  const view = controller.view()
  const [dialog] = view.dialogs
  controller.typed()
  if (dialog?.ready) {
    const why = controller.reply(dialog, line)
    if (why !== undefined) print([why])
    return
  }
  if (line.trim() === '') {
    // A dialog that was not read out yet stays.
    if (view.asking !== undefined || view.dialogs.length === 0) controller.cancel()
    return
  }
  const why = controller.submit(line)
  if (why !== undefined) print([why])
  else controller.history.add(view.customer.id, line)
  if (controller.view().queued.length > view.queued.length) print(['queued: it is sent after the answer'])
}

/** Prints what is new in the view, once. Returns what ends it. */
function speak(
  controller: Controller,
  print: (lines: readonly string[]) => void,
  width: () => number,
): () => void {
  let said = 0
  let saidDialog: string | undefined
  let before: View = controller.view()
  function look(): void {
    const now = controller.view()
    print(now.finished.slice(said).flatMap(plainLines))
    said = now.finished.length
    print(stillLines(before, now))
    const [dialog] = now.dialogs
    const step = dialog && `${dialog.id} ${dialog.kind === 'form' ? dialog.at : ''}`
    if (dialog?.ready && step !== saidDialog) {
      saidDialog = step
      const waiting = now.dialogs.length - 1
      print(['', ...dialogLines(dialog, { customer: now.customer, width: width(), waiting })])
    }
    if (isFree(now) && (!isFree(before) || now.customer !== before.customer))
      print(['', `${whoText(now.customer)}, your question or command:`])
    before = now
    const unsent = controller.queue.takeUnsent()
    print(unsent.map(({ text }) => `type it again to send it: ${text}`))
  }
  look()
  return controller.subscribe(look)
}

function dialogLines(dialog: Dialog, options: Parameters<typeof approvalLines>[1]): string[] {
  if (dialog.kind === 'call') return [...approvalLines(dialog, options), 'your answer:']
  if (dialog.kind === 'form') return [...formLines(dialog, options), askedFor(dialog)]
  return [
    sendPieces(dialog)
      .map(one => one.text)
      .join(''),
    'send it? y or n:',
  ]
}

/** Whether the chat waits for the person. */
function isFree({ phase, unchecked, asking, dialogs }: View): boolean {
  return phase === 'ready' && unchecked === undefined && asking === undefined && dialogs.length === 0
}

/** At the beginning of a question, and while nothing happens in it. */
function stillLines(before: View, now: View): string[] {
  if (now.asking === undefined || now.dialogs.length > 0) return []
  const hasBegun = before.asking !== now.asking
  const isSilent = now.silent !== before.silent && now.silent > 0 && now.silent % STILL_EVERY === 0
  if (!hasBegun && !isSilent) return []
  return [doingText(now).replace('Esc cancels', 'Enter alone cancels')]
}
