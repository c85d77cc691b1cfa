import { Box } from 'ink'
import { type ReactNode, useEffect } from 'react'
import { isRecord } from '../../base/records.ts'
import { columnsOf } from '../../base/text/columns.ts'
import { escapeUnsafe } from '../../base/text/words.ts'
import type { Controller } from '../controller.ts'
import type { Dialog } from '../view/view.ts'
import { Lines } from './text/Rows.tsx'
import { type Piece, wrapped } from './text/wrap.ts'

interface ApprovalDialogProps {
  controller: Controller
  dialog: Dialog
  width: number
  /** Most lines that it can take; longer arguments are printed above it in full. */
  rows: number
}

const BAR: Piece = { text: '▌ ', tones: ['warn'] }

/** The whole call that waits for approval, with a bar along its left edge. */
export function ApprovalDialog({ controller, dialog, width, rows }: ApprovalDialogProps): ReactNode {
  const inner = width - columnsOf(BAR.text)
  const lines = askedLines(dialog, inner)
  const isTall = lines.length > rows
  const { id } = dialog
  // biome-ignore lint/correctness/useExhaustiveDependencies: printed once for each dialog, whatever else changes.
  useEffect(() => {
    if (isTall) controller.note(askedText(dialog), 'warn')
  }, [id, isTall])
  const title: Piece[] = [{ text: `${titleOf(dialog)} with the arguments above`, tones: ['warn'] }]
  const titled = wrapped(title, inner, 2)
  const shortened = rows > 0 ? titled : titled.slice(0, 1)
  return (
    <Box width={width}>
      <Lines lines={(isTall ? shortened : lines).map(line => [BAR, ...line])} />
    </Box>
  )
}

/** On one line where it fits, else with a line for each argument. */
function askedLines(dialog: Dialog, width: number): Piece[][] {
  const title: Piece = { text: titleOf(dialog), tones: ['warn'] }
  const short = wrapped([title, { text: ` ${escapeUnsafe(JSON.stringify(dialog.args) ?? '')}` }], width)
  if (short.length === 1) return short
  return [
    ...wrapped([title], width, 2),
    ...argumentLines(dialog).flatMap(text => wrapped([{ text }], width, 4)),
  ]
}

function askedText(dialog: Dialog): string {
  return [`${titleOf(dialog)} with these arguments:`, ...argumentLines(dialog)].join('\n')
}

function titleOf({ server, tool }: Dialog): string {
  return `allow ${server} · ${escapeUnsafe(tool)}`
}

function argumentLines({ args }: Dialog): string[] {
  const lines = isRecord(args)
    ? Object.entries(args).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    : [JSON.stringify(args) ?? '']
  return lines.map(line => `  ${escapeUnsafe(line)}`)
}
