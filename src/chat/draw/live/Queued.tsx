import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { columnsOf, cut } from '../../../base/text/columns.ts'
import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { View } from '../../view/view.ts'
import { unkeyed } from '../text/Rows.tsx'
import { useTone } from '../text/tone.tsx'

const KEYS = '  ↑ edits, Esc drops'

/** Lines that are sent after the answer, one row each: the last ones, which the keys are about. */
export function Queued({ view, width, rows }: { view: View; width: number; rows: number }): ReactNode {
  const tone = useTone()
  const { queued, customer } = view
  const prod = customer.production ? ' PROD' : ''
  const hidden = queued.length - rows
  const shown = hidden > 0 ? queued.slice(-rows) : queued
  return (
    <Box flexDirection="column" width={width}>
      {unkeyed(shown, (line, i) => {
        const keys = i === shown.length - 1 ? KEYS : ''
        const before = `queued${hidden > 0 && i === 0 ? ` after ${hidden} more` : ''} for ${line.customer}${prod}: `
        const room = Math.max(1, width - columnsOf(before) - columnsOf(keys))
        return (
          <Text wrap="truncate">
            <Text {...tone('quiet')}>{before}</Text>
            {cut(cleanLine(line.shown), room)}
            <Text {...tone('quiet')}>{keys}</Text>
          </Text>
        )
      })}
    </Box>
  )
}
