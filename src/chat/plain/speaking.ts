import type { Controller } from '../controller.ts'
import { approvalLines } from '../draw/approval/lines.ts'
import { askedFor, formLines } from '../draw/form/lines.ts'
import { sendPieces } from '../draw/send.ts'
import type { Dialog } from '../view/dialogs.ts'
import type { Item, View } from '../view/view.ts'
import { doingText } from '../view/words/doing.ts'
import { stampText } from '../view/words/stamp.ts'
import { plainLines, whoText } from './lines.ts'

/** Reads out what is new, once. */
export interface Speaking {
  look(): void
  /** Whether the person has heard what this dialog asks now. */
  hasSaid(dialog: Dialog): boolean
  stop(): void
}

interface SpeakingOptions {
  print(lines: readonly string[]): void
  width(): number
  /** More lines may come: nothing is asked until then. */
  isBusy(): boolean
}

/** In seconds; nothing else shows that a long question is still running. */
const STILL_EVERY = 15

export function openSpeaking(
  controller: Pick<Controller, 'view' | 'subscribe' | 'queue' | 'history'>,
  { print, width, isBusy }: SpeakingOptions,
): Speaking {
  let said = 0
  let saidDialog: string | undefined
  let saidAsking: number | undefined
  let before: View = controller.view()

  function look(): void {
    const now = controller.view()
    // Of a conversation that is continued: nobody has typed it on this terminal.
    const isAgain = now.asking !== undefined && now.asking < 0
    print(now.finished.slice(said).flatMap(item => (isAgain ? askedLines(item) : plainLines(item))))
    said = now.finished.length
    if (now.asking === undefined || isAgain || now.dialogs.length > 0) saidAsking = now.asking
    else if (isSilent(before, now) || (now.asking !== saidAsking && !now.writing && !isBusy())) {
      saidAsking = now.asking
      print([doingText(now).replace('Esc cancels', 'Enter alone cancels')])
    }
    const [dialog] = now.dialogs
    if (dialog?.ready && stepOf(dialog) !== saidDialog && !isBusy()) {
      saidDialog = stepOf(dialog)
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
  const stop = controller.subscribe(look)
  return { look, hasSaid: dialog => stepOf(dialog) === saidDialog, stop }
}

function askedLines(item: Item): string[] {
  if (item.kind !== 'question') return plainLines(item)
  const when = item.at === undefined ? '' : ` ${stampText(item.at, Date.now())}`
  return ['', `asked${when}: ${item.text}`]
}

function stepOf(dialog: Dialog): string {
  return `${dialog.id} ${dialog.kind === 'form' ? dialog.at : ''}`
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

/** While nothing happens in a question. */
function isSilent(before: View, now: View): boolean {
  return now.silent !== before.silent && now.silent > 0 && now.silent % STILL_EVERY === 0
}
