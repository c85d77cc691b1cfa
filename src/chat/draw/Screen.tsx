import { Box, Static, useWindowSize } from 'ink'
import { type ReactNode, useSyncExternalStore } from 'react'
import { columnsOf } from '../../base/text/columns.ts'
import type { Controller } from '../controller.ts'
import { closeOpen } from '../view/blocks.ts'
import type { CallLine, Item, View } from '../view/view.ts'
import { ApprovalDialog } from './ApprovalDialog.tsx'
import { Call, secondsText } from './Call.tsx'
import { FinishedItem, gap } from './FinishedItem.tsx'
import { Prompt } from './prompt/Prompt.tsx'
import { Markdown } from './text/Markdown.tsx'
import { Rows } from './text/Rows.tsx'
import { Coloured } from './text/tone.tsx'

interface ScreenProps {
  controller: Controller
  color: boolean
}

/** Lines to keep free of the live part: for the prompt, the state and a dialog. */
const RESERVED_ROWS = 10
const CALLS_BESIDE_DIALOG = 2

/** Draws finished items once, and below them the live part: the end of the answer, running calls, dialog, prompt. */
export function Screen({ controller, color }: ScreenProps): ReactNode {
  const view = useSyncExternalStore(controller.subscribe, controller.view)
  const { columns, rows } = useWindowSize()
  const width = Math.max(20, columns)
  const most = Math.max(1, rows - RESERVED_ROWS)
  return (
    <Coloured.Provider value={color}>
      <Static items={[...view.finished]}>
        {item => (
          <Box key={item.id} marginTop={gap(view.finished[item.id - 1], item.kind)}>
            <FinishedItem item={item} width={width} />
          </Box>
        )}
      </Static>
      <Box flexDirection="column" width={width}>
        <Streaming view={view} width={width} most={most} />
        <Bottom
          controller={controller}
          view={view}
          width={width}
          most={most}
          typedRows={Math.max(1, rows - 4)}
        />
      </Box>
    </Coloured.Provider>
  )
}

/** The end of the answer that is streaming, and the calls that run. */
function Streaming({ view, width, most }: { view: View; width: number; most: number }): ReactNode {
  const last = view.finished.at(-1)
  const calls = view.calls.slice(-(view.dialogs.length > 0 ? CALLS_BESIDE_DIALOG : most))
  return (
    <>
      {view.text.trim() ? (
        <Box marginTop={gap(last, 'text')}>
          <Markdown text={closeOpen(tail(view.text, width, most))} width={width} />
        </Box>
      ) : null}
      <RunningCalls calls={calls} last={last} width={width} />
    </>
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

/** The dialog in front, what the chat is doing, and the prompt. */
function Bottom(props: {
  controller: Controller
  view: View
  width: number
  most: number
  typedRows: number
}): ReactNode {
  const { controller, view, width, most, typedRows } = props
  const [dialog] = view.dialogs
  const doing = doingText(view)
  const rows = most - CALLS_BESIDE_DIALOG - 2
  return (
    <Box flexDirection="column" marginTop={1}>
      {dialog ? <ApprovalDialog controller={controller} dialog={dialog} width={width} rows={rows} /> : null}
      {doing ? <Rows pieces={[{ text: doing, tones: ['quiet'] }]} width={width} hang={2} /> : null}
      <Prompt controller={controller} view={view} width={width} rows={typedRows} />
    </Box>
  )
}

function doingText(view: View): string {
  if (view.dialogs.length > 0) return 'approval needed: press y then Enter to allow; anything else denies'
  if (view.phase === 'connecting') return `connecting to ${view.customer.name}…`
  if (view.asking === undefined)
    return view.unchecked ? `${view.unchecked}; checking the systems behind them…` : ''
  const isCalling = view.calls.length > 0
  const time = secondsText(isCalling ? Math.max(...view.calls.map(one => one.seconds)) : view.silent)
  return `${isCalling ? 'calling tools' : 'waiting for the model'}${time && `, ${time}`}… press Esc to cancel`
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
