import { Box } from 'ink'
import type { ReactNode } from 'react'
import { redactGrowing } from '../../../base/redact.ts'
import { columnsOf } from '../../../base/text/columns.ts'
import type { CallLine, Item, View } from '../../view/view.ts'
import { closeOpen } from '../../view/words/blocks.ts'
import { Call } from '../Call.tsx'
import { gap } from '../FinishedItem.tsx'
import { CALLS_BESIDE_DIALOG } from '../room.ts'
import { Markdown } from '../text/Markdown.tsx'

/** The end of the answer that is streaming, and the calls that run. */
export function Streaming({ view, width, most }: { view: View; width: number; most: number }): ReactNode {
  const last = view.finished.at(-1)
  const mostCalls = view.dialogs.length > 0 ? CALLS_BESIDE_DIALOG : most
  if (most === 0) return null
  return (
    // A table can be many times as tall as its text: its end is shown.
    <Box flexDirection="column" maxHeight={most} overflow="hidden" justifyContent="flex-end">
      <Box flexDirection="column" flexShrink={0}>
        {view.text.trim() ? (
          <Box marginTop={gap(last, 'text')}>
            <Markdown text={closeOpen(tail(redactGrowing(view.text), width, most))} width={width} />
          </Box>
        ) : null}
        <RunningCalls calls={view.calls.slice(-mostCalls)} last={last} width={width} />
      </Box>
    </Box>
  )
}

function RunningCalls(props: { calls: CallLine[]; last: Item | undefined; width: number }): ReactNode {
  const { calls, last, width } = props
  return (
    <Box flexDirection="column" marginTop={calls.length > 0 ? gap(last, 'call') : 0}>
      {calls.map(call => (
        <Call key={call.id} call={call} width={width} />
      ))}
    </Box>
  )
}

/** The end of a long block: a live part taller than the screen would overwrite the lines above it. */
function tail(text: string, width: number, rows: number): string {
  const most = Math.max(3, rows)
  const lines = text.split('\n')
  let used = 0
  let from = lines.length
  while (from > 0 && used < most) used += Math.ceil((columnsOf(lines[--from] ?? '') + 1) / width)
  const shown = lines.slice(used > most ? from + 1 : from).join('\n')
  return shown || text.slice(-Math.floor((width * most) / 2))
}
