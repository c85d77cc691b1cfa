import { Box, Static, useWindowSize } from 'ink'
import { type ReactNode, useMemo, useState, useSyncExternalStore } from 'react'
import type { Controller } from '../controller.ts'
import { type Keyboard, openKeyboard } from '../typing/keyboard.ts'
import type { View } from '../view/view.ts'
import { ApprovalDialog } from './approval/ApprovalDialog.tsx'
import { FinishedItem, gap } from './FinishedItem.tsx'
import { FormFrame } from './form/FormFrame.tsx'
import { Doing } from './live/Doing.tsx'
import { Queued } from './live/Queued.tsx'
import { StatusLine } from './live/StatusLine.tsx'
import { Streaming } from './live/Streaming.tsx'
import { Prompt } from './prompt/Prompt.tsx'
import { type Room, roomOn } from './room.ts'
import { sendPieces } from './send.ts'
import { Rows } from './text/Rows.tsx'
import type { Theme } from './text/themes.ts'
import { Linking, Themed } from './text/tone.tsx'

interface ScreenProps {
  controller: Controller
  theme: Theme
  /** Without the live part, which is still there (default: false). */
  isHidden?: boolean
  /** Whether the terminal opens links by a click (default: no). */
  isLinking?: boolean
}

/** Of the answer to a dialog; it needs few words. */
const ANSWER_ROWS = 2

/** Draws finished items once, and below them the live part: the end of the answer, running calls, dialog, prompt. */
export function Screen(props: ScreenProps): ReactNode {
  const { controller, theme, isHidden = false, isLinking = false } = props
  const view = useSyncExternalStore(controller.subscribe, controller.view)
  const { columns, rows } = useWindowSize()
  const width = Math.max(20, columns)
  const [keyboard] = useState(() => openKeyboard(controller))
  const offered = () => keyboard.typing().list?.completion.rows.length ?? 0
  const room = roomOn(rows, useSyncExternalStore(keyboard.subscribe, offered), view)
  // Whenever Static is drawn, Ink writes at once, and not 30 times a second at most.
  const above = useMemo(
    () => <Finished items={view.finished} width={width} isLinking={isLinking} />,
    [view.finished, width, isLinking],
  )
  return (
    <Themed.Provider value={theme}>
      {above}
      <Box flexDirection="column" width={width} display={isHidden ? 'none' : 'flex'}>
        <Streaming view={view} width={width} most={room.streaming} />
        <Bottom controller={controller} keyboard={keyboard} view={view} width={width} room={room} />
      </Box>
    </Themed.Provider>
  )
}

function Finished(props: { items: View['finished']; width: number; isLinking: boolean }): ReactNode {
  const { items, width, isLinking } = props
  return (
    // It wants an array of its own.
    <Static items={[...items]}>
      {item => (
        <Box key={item.id} marginTop={gap(items[item.id - 1], item.kind)}>
          <Linking.Provider value={isLinking}>
            <FinishedItem item={item} width={width} />
          </Linking.Provider>
        </Box>
      )}
    </Static>
  )
}

/** The dialog in front, what the chat is doing, and the prompt. */
function Bottom(props: {
  controller: Controller
  keyboard: Keyboard
  view: View
  width: number
  room: Room
}): ReactNode {
  const { controller, keyboard, view, width, room } = props
  const [dialog] = view.dialogs
  return (
    <Box flexDirection="column" marginTop={room.isTiny ? 0 : 1}>
      {dialog?.kind === 'call' ? (
        <ApprovalDialog
          controller={controller}
          view={view}
          dialog={dialog}
          width={width}
          rows={room.dialog}
        />
      ) : null}
      {dialog?.kind === 'form' ? (
        <FormFrame view={view} dialog={dialog} width={width} rows={room.dialog} />
      ) : null}
      {dialog?.kind === 'send' ? <Rows pieces={sendPieces(dialog)} width={width} hang={2} /> : null}
      {dialog ? null : <Doing view={view} width={width} isCut={room.isTiny} />}
      {room.queued > 0 ? <Queued view={view} width={width} rows={room.queued} /> : null}
      <Prompt
        keyboard={keyboard}
        view={view}
        width={width}
        rows={dialog ? { ...room, typed: ANSWER_ROWS } : room}
      />
      {room.isTiny ? null : <StatusLine view={view} width={width} />}
    </Box>
  )
}
