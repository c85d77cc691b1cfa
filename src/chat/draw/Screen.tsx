import { Box, Static, useWindowSize } from 'ink'
import { type ReactNode, useSyncExternalStore } from 'react'
import { redactGrowing } from '../../base/redact.ts'
import { columnsOf, cut } from '../../base/text/columns.ts'
import type { Controller } from '../controller.ts'
import type { CallLine, Item, View } from '../view/view.ts'
import { closeOpen } from '../view/words/blocks.ts'
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

const CALLS_BESIDE_DIALOG = 2

/** How many rows each part may take: a live part taller than the screen would be left behind in the scrollback. */
interface Room {
  streaming: number
  /** Of a dialog; longer arguments are printed above it. */
  dialog: number
  typed: number
  /** Too small for empty lines and for lines that wrap. */
  isTiny: boolean
}

function roomOn(rows: number): Room {
  // The prompt on two lines, and what the chat is doing.
  if (rows < 14)
    return { streaming: Math.max(0, rows - 5), dialog: 0, typed: Math.max(1, rows - 4), isTiny: true }
  const streaming = rows - 10
  return { streaming, dialog: streaming - CALLS_BESIDE_DIALOG - 2, typed: rows - 8, isTiny: false }
}

/** Draws finished items once, and below them the live part: the end of the answer, running calls, dialog, prompt. */
export function Screen({ controller, color }: ScreenProps): ReactNode {
  const view = useSyncExternalStore(controller.subscribe, controller.view)
  const { columns, rows } = useWindowSize()
  const width = Math.max(20, columns)
  const room = roomOn(rows)
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
        <Streaming view={view} width={width} most={room.streaming} />
        <Bottom controller={controller} view={view} width={width} room={room} />
      </Box>
    </Coloured.Provider>
  )
}

/** The end of the answer that is streaming, and the calls that run. */
function Streaming({ view, width, most }: { view: View; width: number; most: number }): ReactNode {
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

/** The dialog in front, what the chat is doing, and the prompt. */
function Bottom(props: { controller: Controller; view: View; width: number; room: Room }): ReactNode {
  const { controller, view, width, room } = props
  const [dialog] = view.dialogs
  return (
    <Box flexDirection="column" marginTop={room.isTiny ? 0 : 1}>
      {dialog ? (
        <ApprovalDialog controller={controller} dialog={dialog} width={width} rows={room.dialog} />
      ) : null}
      {dialog && room.isTiny ? null : <Doing text={doingText(view)} width={width} isCut={room.isTiny} />}
      <Prompt controller={controller} view={view} width={width} rows={room.typed} />
    </Box>
  )
}

function Doing({ text, width, isCut }: { text: string; width: number; isCut: boolean }): ReactNode {
  const shown = isCut ? cut(text, width) : text
  return text ? <Rows pieces={[{ text: shown, tones: ['quiet'] }]} width={width} hang={2} /> : null
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
