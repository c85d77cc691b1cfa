import { Box, type DOMElement, measureElement, Text, useCursor } from 'ink'
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { columnsOf, cut } from '../../../base/text/columns.ts'
import type { Editor } from '../../typing/line/editor.ts'
import { readyDialog } from '../../typing/lines.ts'
import type { View } from '../../view/view.ts'
import { askedFor } from '../form/lines.ts'
import { promptMark } from '../Header.tsx'
import { Lines, Rows, unkeyed } from '../text/Rows.tsx'
import { useTone } from '../text/tone.tsx'
import type { Piece } from '../text/wrap.ts'
import { typedRows } from './typed-rows.ts'

const MOST_ROWS = 6
const LEAST_COLUMNS = 10

interface TypedLineProps {
  editor: Editor
  view: View
  width: number
  /** Most rows that it may take. */
  rows: number
  /** It is what to find in the history. */
  isSearch: boolean
}

/** The line with the terminal's cursor in it, behind the customer it is for. */
export function TypedLine(props: TypedLineProps): ReactNode {
  const { editor, view, width, rows, isSearch } = props
  const ask = askedBefore(view, isSearch)
  const before = [...promptMark(view.customer), ...ask]
  const columns = before.reduce((sum, piece) => sum + columnsOf(piece.text), 0)
  const isBelow = columns > width - LEAST_COLUMNS
  const room = isBelow ? width : width - columns
  return (
    <Box width={width} flexDirection={isBelow ? 'column' : 'row'}>
      <Box flexShrink={0}>
        {isBelow ? <Rows pieces={before} width={width} /> : <Lines lines={[before]} />}
      </Box>
      <TypedText
        editor={editor}
        width={room}
        rows={Math.min(rows, MOST_ROWS)}
        invitation={invitation(view, isSearch)}
      />
    </Box>
  )
}

function askedBefore(view: View, isSearch: boolean): Piece[] {
  if (isSearch) return [{ text: 'earlier: ', tones: ['quiet'] }]
  const dialog = readyDialog(view)
  if (!dialog) return []
  if (dialog.kind === 'form') return [{ text: askedFor(dialog), tones: ['strong'] }]
  return [{ text: dialog.kind === 'call' ? 'allow? [y/N] ' : 'send it? [y/N] ', tones: ['strong'] }]
}

/** What to type, said in an empty prompt. */
function invitation({ customer, dialogs, asking }: View, isSearch: boolean): string {
  if (isSearch) return 'Ctrl+R older, Enter takes it, Esc back'
  if (dialogs.length > 0) return ''
  return asking === undefined ? `ask about ${customer.name}, or / for commands` : 'Enter queues what you type'
}

function TypedText(props: { editor: Editor; width: number; rows: number; invitation: string }): ReactNode {
  const { editor, width, rows, invitation } = props
  const tone = useTone()
  const box = useRef<DOMElement>(null)
  const typed = typedRows(editor, width, rows)
  useCursorIn(box, typed)
  const hidden = [
    typed.above > 0 ? `${typed.above} above` : '',
    typed.below > 0 ? `${typed.below} below` : '',
  ]
  const words = hidden.filter(Boolean).join(', ')
  const quiet = editor.text === '' ? cut(invitation, width) : ''
  return (
    <Box flexDirection="column" width={width}>
      <Box ref={box} flexDirection="column">
        {unkeyed(typed.rows, row => (
          // Ink draws no line for an empty text.
          <Box minHeight={1}>
            <Text wrap="truncate">
              {row}
              <Text {...tone('quiet')}>{quiet}</Text>
            </Text>
          </Box>
        ))}
      </Box>
      {words ? <Text {...tone('quiet')} wrap="truncate">{`lines not shown: ${words}`}</Text> : null}
    </Box>
  )
}

/**
 * Puts the terminal's own cursor there: an input method opens its window at it. The place of the box is known only after
 * the layout, so a frame in which it moved is followed by one with the cursor.
 */
function useCursorIn(
  box: RefObject<DOMElement | null>,
  { row, column }: { row: number; column: number },
): void {
  const { setCursorPosition } = useCursor()
  const [place, setPlace] = useState<{ x: number; y: number }>()
  useLayoutEffect(() => {
    if (!box.current) return
    const { x, y } = measureElement(box.current)
    if (x !== place?.x || y !== place?.y) setPlace({ x, y })
  })
  setCursorPosition(place && { x: place.x + column, y: place.y + row })
}
