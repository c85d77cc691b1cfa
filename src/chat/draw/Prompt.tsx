import { Box, type Key, Text, useInput, usePaste } from 'ink'
import { type ReactNode, useRef, useState } from 'react'
import { complete } from '../commands.ts'
import type { Controller } from '../controller.ts'
import { type Edit, EMPTY, edit, expanded } from '../editor.ts'
import type { View } from '../view.ts'
import { keyEdit, pieces } from './keys.ts'
import { Who } from './Line.tsx'
import { useTone } from './tone.tsx'

export interface PromptProps {
  controller: Controller
  view: View
  customers: readonly { id: string; name: string }[]
  width: number
}

const TWICE_MS = 2_000
const MOST_ROWS = 6

/** The line being typed. While a dialog is open its keys go there and the line stays as it is. */
export function Prompt({ controller, view, customers, width }: PromptProps): ReactNode {
  // A burst of keys comes as one input, so each has to see what the one before it did.
  const now = useRef(EMPTY)
  const [editor, setEditor] = useState(EMPTY)
  const interrupted = useRef(0)
  const [dialog] = view.dialogs
  const change = (next: Edit) => {
    now.current = edit(now.current, next)
    setEditor(now.current)
  }

  function submit(): void {
    if (controller.submit(expanded(now.current), now.current.text)) change({ type: 'submitted' })
    else controller.note('still at work on the last question: Esc cancels it')
  }

  function interrupt(): void {
    const again = Date.now() - interrupted.current < TWICE_MS
    interrupted.current = Date.now()
    if (again) controller.quit()
    else if (!controller.cancel() && now.current.text) change({ type: 'clear' })
    if (!again) controller.note('Ctrl+C again quits')
  }

  function tab(): void {
    const { line, candidates } = complete(now.current.text, customers)
    if (candidates.length > 1 && line === now.current.text) controller.note(candidates.join('  '))
    change({ type: 'replace', text: line })
  }

  function keys(input: string, key: Key): void {
    const next = keyEdit(input, key)
    if (key.return) submit()
    else if (key.tab) tab()
    else if (next) change(next)
  }

  useInput((input, key) => {
    if (key.ctrl && input === 'c') return interrupt()
    if (dialog) {
      if (/^y$/i.test(input)) controller.answer(dialog.id, true)
      else if (/^n$/i.test(input) || key.return || key.escape) controller.answer(dialog.id, false)
      return
    }
    if (key.ctrl && input === 'd' && !now.current.text) return controller.quit()
    if (key.escape) return void controller.cancel()
    for (const [piece, pressed] of pieces(input, key)) keys(piece, pressed)
  })
  usePaste(text => change({ type: 'paste', text }), { isActive: !dialog })

  return dialog ? (
    <Question dialog={dialog} width={width} />
  ) : (
    <Typing editor={editor} view={view} width={width} />
  )
}

function Question({
  dialog,
  width,
}: {
  dialog: NonNullable<View['dialogs'][number]>
  width: number
}): ReactNode {
  const tone = useTone()
  return (
    <Box width={width}>
      <Text wrap="truncate-middle">
        <Text {...tone('warn')}>{`${dialog.customer}: allow ${dialog.server} · ${dialog.tool}`}</Text>
        {` ${dialog.args} `}
        <Text {...tone('strong')}>[y/N] </Text>
      </Text>
    </Box>
  )
}

/** A very long line is shown around its cursor: a prompt higher than the screen could not be drawn anew. */
function shownPart({ text, cursor }: typeof EMPTY, most: number): { text: string; cursor: number } {
  if (text.length <= most) return { text, cursor }
  const from = Math.min(Math.max(0, cursor - Math.floor(most / 2)), text.length - most)
  const part = `${from > 0 ? '…' : ''}${text.slice(from, from + most)}${from + most < text.length ? '…' : ''}`
  return { text: part, cursor: cursor - from + (from > 0 ? 1 : 0) }
}

function Typing({ editor, view, width }: { editor: typeof EMPTY; view: View; width: number }): ReactNode {
  const tone = useTone()
  const { text, cursor } = shownPart(editor, width * MOST_ROWS)
  const under = text.slice(cursor).match(/^\P{M}\p{M}*/u)?.[0] ?? ' '
  const styled = Object.keys(tone('cursor')).length > 0
  return (
    <Box width={width}>
      <Box flexShrink={0}>
        <Who customer={view.customer} />
      </Box>
      <Text>
        {text.slice(0, cursor)}
        {styled ? <Text {...tone('cursor')}>{under}</Text> : `▏${under}`}
        {text.slice(cursor + under.length)}
      </Text>
    </Box>
  )
}
