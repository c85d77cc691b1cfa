// What a dialog says, as lines: the frame, a screen reader and the note above a tall call show the same words.

import { visible } from '../../../base/text/terminal-text.ts'
import type { Effect } from '../../../toolset/toolset.ts'
import { ALL_OF_TOOL } from '../../asking/reply.ts'
import type { CallDialog } from '../../view/dialogs.ts'
import type { ChatCustomer } from '../../view/view.ts'
import { NOT_READY } from '../text/frame.ts'
import type { ToneName } from '../text/themes.ts'
import { type Piece, wrapped } from '../text/wrap.ts'
import { argumentRows } from './arguments.ts'

export interface ApprovalParts {
  /** The question, with the customer in it, and what the call is. */
  head: Piece[][]
  args: Piece[][]
  /** What it would do; empty if that is not known. */
  foreseen: Piece[][]
  /** What can be answered. */
  answers: Piece[][]
}

const LOUD: Record<Effect['kind'], ToneName> = { read: 'good', write: 'warning', destructive: 'critical' }

/** The word for the other kind says it all. */
const MEANING: Record<Effect['kind'], string> = {
  read: 'changes nothing: ',
  write: 'adds something: ',
  destructive: '',
}

/** @param waiting how many more calls wait behind it */
export function approvalParts(
  dialog: CallDialog,
  { customer, width, waiting = 0 }: { customer: ChatCustomer; width: number; waiting?: number },
): ApprovalParts {
  return {
    head: [...wrapped(questionPieces(customer), width), ...wrapped(callPieces(dialog), width, 2)],
    args: argumentRows(dialog.args, width),
    foreseen: dialog.foreseen.flatMap(line => foreseenRows(line, width)),
    answers: [
      ...wrapped(answerPieces(dialog), width),
      ...(waiting > 0 ? wrapped([{ text: `${waiting} more behind it`, tones: ['quiet'] }], width) : []),
    ],
  }
}

/** The same as plain text, without a frame. */
export function approvalLines(
  dialog: CallDialog,
  options: { customer: ChatCustomer; width: number; waiting?: number },
): string[] {
  const { head, args, foreseen, answers } = approvalParts(dialog, options)
  return [...head, ...args, ...foreseen, ...answers].map(line => line.map(piece => piece.text).join(''))
}

/** `Allow this on Nordwind PROD?` */
export function questionPieces({ name, production }: ChatCustomer): Piece[] {
  const prod: Piece[] = production ? [{ text: ' ' }, { text: 'PROD', tones: ['prod'] }] : []
  return [
    { text: 'Allow this on ', tones: ['strong'] },
    { text: visible(name), tones: ['customer'] },
    ...prod,
    { text: '?', tones: ['strong'] },
  ]
}

/** `WRITE  alertmanager · create_silence  (adds something: it has no id, so it changes nothing that exists)` */
export function callPieces({ server, tool, effect }: CallDialog): Piece[] {
  return [
    { text: effect.kind.toUpperCase(), tones: [LOUD[effect.kind]] },
    { text: `  ${visible(server)} · ${visible(tool)}`, tones: ['strong'] },
    { text: `  (${MEANING[effect.kind]}${visible(effect.because)})`, tones: ['quiet'] },
  ]
}

function foreseenRows(line: string, width: number): Piece[][] {
  const indent = /^ */.exec(line)?.[0].length ?? 0
  const rows = wrapped([{ text: visible(line.trimStart()) }], Math.max(8, width - indent), 2)
  return rows.map(row => [{ text: ' '.repeat(indent) }, ...row])
}

function answerPieces({ ready, effect }: CallDialog): Piece[] {
  if (!ready) return [{ text: NOT_READY, tones: ['quiet'] }]
  const choices =
    effect.kind === 'destructive'
      ? [
          ['y', ' once'],
          [ALL_OF_TOOL, ' until the answer'],
          ['n', ' or a reason: no'],
        ]
      : [
          ['y', ' once'],
          ['t', ' this tool until the answer'],
          ['n', ', Enter or a reason: no'],
        ]
  return choices.flatMap(([key = '', meaning = ''], at) => [
    { text: at > 0 ? ' · ' : '' },
    { text: key, tones: ['strong'] },
    { text: meaning },
  ])
}
