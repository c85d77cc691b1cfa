import { Box, Static, useWindowSize } from 'ink'
import { type ReactNode, useSyncExternalStore } from 'react'
import type { Controller } from '../controller.ts'
import { closeOpen } from '../view/blocks.ts'
import type { View } from '../view/view.ts'
import { Question } from './Dialog.tsx'
import { Call, gap, Line } from './Line.tsx'
import { Markdown } from './Markdown.tsx'
import { Prompt } from './Prompt.tsx'
import { Rows } from './Rows.tsx'
import { Coloured } from './tone.tsx'

export interface ScreenProps {
  controller: Controller
  customers: readonly { id: string; name: string }[]
  color: boolean
}

/** Lines that the live part may not take: prompt, state, and room for a dialog. */
const RESERVED_ROWS = 10
const CALLS_BESIDE_DIALOG = 2

/** Finished lines go up once; below them what is live: the end of the answer, running calls, dialog, state, prompt. */
export function Screen({ controller, customers, color }: ScreenProps): ReactNode {
  const view = useSyncExternalStore(controller.subscribe, controller.view)
  const { columns, rows } = useWindowSize()
  const width = Math.max(20, columns)
  const most = Math.max(1, rows - RESERVED_ROWS)
  const [dialog] = view.dialogs
  const last = view.finished.at(-1)
  const calls = view.calls.slice(-(dialog ? CALLS_BESIDE_DIALOG : most))
  return (
    <Coloured.Provider value={color}>
      <Static items={[...view.finished]}>
        {item => (
          <Box key={item.id} marginTop={gap(view.finished[item.id - 1], item.kind)}>
            <Line item={item} width={width} />
          </Box>
        )}
      </Static>
      <Box flexDirection="column" width={width}>
        {view.text.trim() ? (
          <Box marginTop={gap(last, 'text')}>
            <Markdown text={closeOpen(tail(view.text, width, most))} width={width} />
          </Box>
        ) : null}
        <Box flexDirection="column" marginTop={calls.length ? gap(last, 'call') : 0}>
          {calls.map(call => (
            <Call key={call.id} call={call} width={width} />
          ))}
        </Box>
        <Box flexDirection="column" marginTop={1}>
          {dialog ? (
            <Question
              controller={controller}
              dialog={dialog}
              width={width}
              rows={most - CALLS_BESIDE_DIALOG - 2}
            />
          ) : null}
          <State view={view} width={width} />
          <Prompt controller={controller} view={view} customers={customers} width={width} />
        </Box>
      </Box>
    </Coloured.Provider>
  )
}

function State({ view, width }: { view: View; width: number }): ReactNode {
  const words = stateWords(view)
  return words ? <Rows pieces={[{ text: words, tones: ['quiet'] }]} width={width} hang={2} /> : null
}

function stateWords(view: View): string {
  if (view.dialogs.length) return 'waiting for your yes or no: y and Enter allows, anything else refuses'
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
