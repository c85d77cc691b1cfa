import { Box } from 'ink'
import type { ReactNode } from 'react'
import type { FormDialog } from '../../view/dialogs.ts'
import type { View } from '../../view/view.ts'
import { FRAME_COLUMNS, FRAME_ROWS, framed, LIGHT } from '../text/frame.ts'
import { Lines } from '../text/Rows.tsx'
import type { Piece } from '../text/wrap.ts'
import { type FormParts, formParts } from './lines.ts'

interface FormFrameProps {
  view: View
  dialog: FormDialog
  width: number
  /** Most lines that it can take; 0: one line. */
  rows: number
}

/** What a server asks: in another frame than what supportmax asks. */
export function FormFrame({ view: { customer }, dialog, width, rows }: FormFrameProps): ReactNode {
  const parts = formParts(dialog, { customer, width: width - FRAME_COLUMNS })
  if (rows === 0)
    return (
      <Box width={width} height={1} overflow="hidden">
        <Lines lines={parts.head.slice(0, 1)} />
      </Box>
    )
  const isLast = dialog.at >= dialog.fields.length
  const lines = arranged(parts, { room: rows - FRAME_ROWS, isLast })
  return (
    <Box width={width}>
      <Lines lines={framed(lines, width, { tone: 'customer', box: LIGHT })} />
    </Box>
  )
}

/**
 * What is filled in gives way first, the oldest before the others; who asks and the field in front stay. Before it is sent, what the
 * server says gives way first.
 */
function arranged(
  { head, filled, front }: FormParts,
  { room, isLast }: { room: number; isLast: boolean },
): Piece[][] {
  const [who = [], said = [], ...message] = head
  const left = room - front.length - 2
  const shownMessage = message.slice(0, Math.max(0, isLast ? left - filled.length : left))
  const forFilled = Math.max(0, left - shownMessage.length)
  const isCut = filled.length > forFilled
  const more: Piece[] = [{ text: `… ${filled.length - forFilled + 1} lines above`, tones: ['quiet'] }]
  const shown =
    isCut && forFilled > 0
      ? [more, ...filled.slice(filled.length - forFilled + 1)]
      : filled.slice(0, forFilled)
  return [who, said, ...shownMessage, ...shown, ...front].slice(0, Math.max(1, room))
}
