import { Box, Static, Text, useWindowSize } from 'ink'
import { type ReactNode, useSyncExternalStore } from 'react'
import type { Controller } from '../controller.ts'
import type { View } from '../view.ts'
import { Call, Line } from './Line.tsx'
import { Markdown } from './Markdown.tsx'
import { Prompt } from './Prompt.tsx'
import { Coloured, useTone } from './tone.tsx'

export interface ScreenProps {
  controller: Controller
  customers: readonly { id: string; name: string }[]
  color: boolean
}

/** Lines that the live part may not take: prompt, state, and room for a dialog. */
const RESERVED_ROWS = 10

/** Finished lines go up once; below them what is live: the end of the answer, running calls, state, prompt. */
export function Screen({ controller, customers, color }: ScreenProps): ReactNode {
  const view = useSyncExternalStore(controller.subscribe, controller.view)
  const { columns, rows } = useWindowSize()
  const width = Math.max(20, columns)
  return (
    <Coloured.Provider value={color}>
      <Static items={[...view.finished]}>{item => <Line key={item.id} item={item} width={width} />}</Static>
      <Box flexDirection="column" width={width}>
        {view.text.trim() ? (
          <Markdown text={tail(view.text, width, rows - RESERVED_ROWS)} width={width} />
        ) : null}
        {view.calls.slice(-Math.max(1, rows - RESERVED_ROWS)).map(call => (
          <Call key={call.id} call={call} width={width} />
        ))}
        <State view={view} />
        <Prompt controller={controller} view={view} customers={customers} width={width} />
      </Box>
    </Coloured.Provider>
  )
}

function State({ view }: { view: View }): ReactNode {
  const tone = useTone()
  const words = stateWords(view)
  return words ? (
    <Text {...tone('quiet')} wrap="truncate-end">
      {words}
    </Text>
  ) : null
}

function stateWords(view: View): string {
  if (view.phase === 'connecting') return `connecting to ${view.customer.name} …`
  if (view.asking !== undefined)
    return view.calls.length ? 'asking the servers … Esc cancels' : 'working … Esc cancels'
  return ''
}

/** The end of a long block: a live part higher than the screen would be drawn over what is above it. */
function tail(text: string, width: number, rows: number): string {
  const most = Math.max(3, rows)
  const lines = text.split('\n')
  let used = 0
  let from = lines.length
  while (from > 0 && used < most) used += Math.ceil(((lines[--from]?.length ?? 0) + 1) / width)
  const shown = lines.slice(used > most ? from + 1 : from).join('\n')
  return shown || text.slice(-width * most)
}
