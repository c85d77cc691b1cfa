import { Text } from 'ink'
import type { ReactNode } from 'react'
import { columnsOf, cut, padded } from '../../../base/text/columns.ts'
import type { List } from '../../typing/offering/list.ts'
import { unkeyed } from '../text/Rows.tsx'
import { useTone } from '../text/tone.tsx'

const LEAST_LABEL = 14

/** The list under the prompt, one row each, around the chosen one. */
export function OfferedRows({ list, width, most }: { list: List; width: number; most: number }): ReactNode {
  const tone = useTone()
  const { rows } = list.completion
  const [from, to] = windowOf(rows.length, list.chosen ?? 0, most)
  const labels = rows.map(one => one.label ?? one.value)
  const isWide = rows.every(one => one.summary === '')
  const widest = isWide ? width - 2 : Math.max(LEAST_LABEL, Math.floor(width / 3))
  const column = Math.min(Math.max(...labels.map(columnsOf)), widest)
  const hidden = rows.length - (to - from)
  return (
    <>
      {unkeyed(rows.slice(from, to), ({ summary }, i) => {
        const isChosen = from + i === list.chosen
        const label = padded(cut(labels[from + i] ?? '', column), column)
        return (
          <Text wrap="truncate">
            <Text {...tone(isChosen ? 'customer' : 'info')}>{`${isChosen ? '›' : ' '} ${label}`}</Text>
            <Text {...tone(isChosen ? 'info' : 'quiet')}>{summary && `  ${summary}`}</Text>
          </Text>
        )
      })}
      {hidden > 0 ? <Text {...tone('quiet')}>{`  ${hidden} more: ↑↓`}</Text> : null}
    </>
  )
}

/** The last row tells how many there are besides. */
function windowOf(count: number, chosen: number, most: number): [from: number, to: number] {
  if (count <= most) return [0, count]
  const size = Math.max(1, most - 1)
  const from = Math.min(Math.max(0, chosen - Math.floor(size / 2)), count - size)
  return [from, from + size]
}
