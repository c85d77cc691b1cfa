import { Box } from 'ink'
import { type ReactNode, useEffect } from 'react'
import type { Controller } from '../../controller.ts'
import type { CallDialog } from '../../view/dialogs.ts'
import type { View } from '../../view/view.ts'
import { FRAME_COLUMNS, FRAME_ROWS, framed, HEAVY } from '../text/frame.ts'
import { Lines } from '../text/Rows.tsx'
import type { Piece } from '../text/wrap.ts'
import { type ApprovalParts, approvalLines, approvalParts, callPieces, questionPieces } from './lines.ts'

interface ApprovalDialogProps {
  controller: Controller
  view: View
  dialog: CallDialog
  width: number
  /** Most lines that it can take; a longer call is printed above it in full. 0: one line. */
  rows: number
}

/** The call that waits for approval, in a frame: the loudest thing on the screen. */
export function ApprovalDialog({ controller, view, dialog, width, rows }: ApprovalDialogProps): ReactNode {
  const { customer, dialogs } = view
  const inner = width - FRAME_COLUMNS
  const parts = approvalParts(dialog, { customer, width: inner, waiting: dialogs.length - 1 })
  const room = rows - FRAME_ROWS
  const whole = arranged(parts, room)
  const { id } = dialog
  const isTall = whole === undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: printed once for each dialog, whatever else changes.
  useEffect(() => {
    if (isTall) controller.note(aboveText(view, dialog, width), 'warn')
  }, [id, isTall])
  if (rows === 0) return <OneLine view={view} dialog={dialog} width={width} />
  const tone = customer.production || dialog.effect.kind === 'destructive' ? 'critical' : 'warning'
  return (
    <Box width={width}>
      <Lines lines={framed(whole ?? shortened(parts, room), width, { tone, box: HEAVY })} />
    </Box>
  )
}

/** With empty lines between the parts where there is room for them; undefined if there is no room for all arguments. */
function arranged({ head, args, foreseen, answers }: ApprovalParts, room: number): Piece[][] | undefined {
  const blocks = [head, args, foreseen, answers].filter(block => block.length > 0)
  const rows = blocks.flat().length
  if (rows > room) return undefined
  const gaps = rows + blocks.length - 1 <= room
  return blocks.flatMap((block, at) => (gaps && at > 0 ? [[], ...block] : block))
}

/** Without the arguments, which are above. */
function shortened({ head, foreseen, answers }: ApprovalParts, room: number): Piece[][] {
  const above: Piece[] = [{ text: 'with the arguments above', tones: ['strong'] }]
  const left = Math.max(0, room - head.length - 1 - answers.length)
  const shown =
    foreseen.length > left ? [...foreseen.slice(0, Math.max(0, left - 1)), more(foreseen, left)] : foreseen
  return [...head, above, ...shown.slice(0, left), ...answers]
}

function more(foreseen: Piece[][], left: number): Piece[] {
  return [{ text: `… ${foreseen.length - left + 1} more lines`, tones: ['quiet'] }]
}

function aboveText({ customer }: View, dialog: CallDialog, width: number): string {
  // Its answers are in the dialog.
  const lines = approvalLines({ ...dialog, foreseen: [] }, { customer, width })
  const { answers } = approvalParts(dialog, { customer, width })
  return lines.slice(0, lines.length - answers.length).join('\n')
}

/** On a screen too small for a frame. */
function OneLine({ view, dialog, width }: Pick<ApprovalDialogProps, 'view' | 'dialog' | 'width'>): ReactNode {
  const pieces = [...questionPieces(view.customer), { text: ' ' }, ...callPieces(dialog).slice(0, 2)]
  return (
    <Box width={width} height={1} overflow="hidden">
      <Lines lines={[pieces]} />
    </Box>
  )
}
