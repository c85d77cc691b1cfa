import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { columnsOf } from '../../../base/text/columns.ts'
import type { Editor } from '../../typing/editor.ts'
import { readyDialog } from '../../typing/lines.ts'
import type { View } from '../../view/view.ts'
import { promptMark } from '../Header.tsx'
import { Lines } from '../text/Rows.tsx'
import { useTone } from '../text/tone.tsx'
import type { Piece } from '../text/wrap.ts'

const MOST_ROWS = 6
const LEAST_COLUMNS = 10

/** The line with its cursor, behind the customer it is for. */
export function TypedLine(props: { editor: Editor; view: View; width: number }): ReactNode {
  const { editor, view, width } = props
  const ask: Piece[] = readyDialog(view) ? [{ text: 'allow? [y/N] ', tones: ['strong'] }] : []
  const before = [...promptMark(view.customer), ...ask]
  const columns = before.reduce((sum, piece) => sum + columnsOf(piece.text), 0)
  return (
    <Box width={width} flexDirection={columns > width - LEAST_COLUMNS ? 'column' : 'row'}>
      <Box flexShrink={0}>
        <Lines lines={[before]} />
      </Box>
      <WithCursor {...shownPart(editor, width * MOST_ROWS)} />
    </Box>
  )
}

function WithCursor({ text, cursor }: { text: string; cursor: number }): ReactNode {
  const tone = useTone()
  const under = text.slice(cursor).match(/^\P{M}\p{M}*/u)?.[0] ?? ' '
  const styled = Object.keys(tone('cursor')).length > 0
  return (
    <Text>
      {text.slice(0, cursor)}
      {styled ? <Text {...tone('cursor')}>{under}</Text> : `▏${under}`}
      {text.slice(cursor + under.length)}
    </Text>
  )
}

/** The part of a very long line around its cursor: a prompt taller than the screen could not be redrawn. */
function shownPart({ text, cursor }: Editor, most: number): { text: string; cursor: number } {
  if (text.length <= most) return { text, cursor }
  const from = Math.min(Math.max(0, cursor - Math.floor(most / 2)), text.length - most)
  const part = `${from > 0 ? '…' : ''}${text.slice(from, from + most)}${from + most < text.length ? '…' : ''}`
  return { text: part, cursor: cursor - from + (from > 0 ? 1 : 0) }
}
