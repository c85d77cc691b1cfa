import { Box, type Key, Text, useInput, usePaste } from 'ink'
import { type ReactNode, useEffect, useReducer, useRef, useState } from 'react'
import type { Controller } from '../controller.ts'
import { complete } from '../typing/commands.ts'
import { type Edit, type Editor, EMPTY, edit, expanded } from '../typing/editor.ts'
import { keyEdit, pieces } from '../typing/keys.ts'
import type { Dialog, View } from '../view/view.ts'
import { who } from './Line.tsx'
import { Lines, Rows } from './Rows.tsx'
import { useTone } from './tone.tsx'
import { columnsOf, type Piece } from './wrap.ts'

export interface PromptProps {
  controller: Controller
  view: View
  customers: readonly { id: string; name: string }[]
  width: number
}

const TWICE_MS = 2_000
const MOST_ROWS = 6

/** The line being typed: the customer's own, or the answer to the dialog in front. */
export function Prompt({ controller, view, customers, width }: PromptProps): ReactNode {
  // One line with its history and pastes for each customer and for each dialog: what is typed for one must not come
  // up for another. A burst of keys comes as one input, so each has to see what the one before it did.
  const lines = useRef(new Map<string, Editor>())
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const [hint, setHint] = useState('')
  const interrupted = useRef(0)
  const lineAt = (place: string) => lines.current.get(place) ?? EMPTY
  const customerNow = () => controller.view().customer.id
  const placeNow = () => placeOf(controller.view())
  const change = (next: Edit, place = placeNow()) => {
    lines.current.set(place, edit(lineAt(place), next))
    redraw()
  }

  function submit(): void {
    const dialog = asking(controller.view())
    // The place is taken before: a command may go to another customer.
    const place = placeNow()
    const line = lineAt(place)
    if (dialog) answer(dialog, /^\s*y(es)?\s*$/i.test(line.text))
    else if (controller.submit(expanded(line), line.text)) change({ type: 'submitted' }, place)
    else setHint('still at work on the last question: Esc cancels it')
  }

  function answer(dialog: Dialog, allowed: boolean): void {
    controller.answer(dialog.id, allowed)
    gather()
  }

  /** What was typed at a dialog that is gone, and is no answer, was meant for the prompt of its customer. */
  function gather(): void {
    for (const [place, { text }] of lines.current) {
      const [customer, dialog] = place.split(' ')
      if (dialog === undefined || place === placeNow()) continue
      lines.current.delete(place)
      if (!/^\s*(y|yes|n|no)?\s*$/i.test(text)) change({ type: 'insert', text }, customer)
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a dialog came or went, however that was.
  useEffect(gather, [view.dialogs])

  function cancel(): boolean {
    const dialog = asking(controller.view())
    if (dialog) answer(dialog, false)
    return dialog !== undefined || controller.cancel()
  }

  function interrupt(): void {
    const again = Date.now() - interrupted.current < TWICE_MS
    interrupted.current = Date.now()
    if (again) controller.quit()
    else if (!cancel() && lineAt(placeNow()).text) change({ type: 'clear' })
    if (!again) setHint('Ctrl+C again quits')
  }

  function tab(): void {
    const { text } = lineAt(placeNow())
    const { line, candidates } = complete(text, customers)
    if (candidates.length > 1 && line === text) setHint(candidates.join('  '))
    change({ type: 'replace', text: line })
  }

  function keys(input: string, key: Key): void {
    const next = keyEdit(input, key)
    if (key.return) submit()
    else if (key.tab) tab()
    else if (next) change(next, next.type === 'paste' ? customerNow() : placeNow())
  }

  useInput((input, key) => {
    controller.typed()
    setHint('')
    if (key.ctrl && input === 'c') return interrupt()
    if (key.ctrl && input === 'd' && !lineAt(placeNow()).text) return controller.quit()
    if (key.escape) return void cancel()
    for (const [piece, pressed] of pieces(input, key)) keys(piece, pressed)
  })
  // A paste is never an answer to a dialog.
  usePaste(text => {
    controller.typed()
    change({ type: 'paste', text }, customerNow())
  })

  return (
    <Box flexDirection="column" width={width}>
      <Typing editor={lineAt(placeOf(view))} view={view} width={width} />
      {hint ? <Rows pieces={[{ text: hint, tones: ['quiet'] }]} width={width} hang={2} /> : null}
    </Box>
  )
}

/** The dialog that takes the keys. */
function asking({ dialogs: [front] }: View): Dialog | undefined {
  return front?.ready ? front : undefined
}

/** Whose line is typed on: a customer's, or a dialog's of the customer. No customer's id holds a space. */
function placeOf(view: View): string {
  const dialog = asking(view)
  return dialog ? `${view.customer.id} ${dialog.id}` : view.customer.id
}

/** A very long line is shown around its cursor: a prompt higher than the screen could not be drawn anew. */
function shownPart({ text, cursor }: Editor, most: number): { text: string; cursor: number } {
  if (text.length <= most) return { text, cursor }
  const from = Math.min(Math.max(0, cursor - Math.floor(most / 2)), text.length - most)
  const part = `${from > 0 ? '…' : ''}${text.slice(from, from + most)}${from + most < text.length ? '…' : ''}`
  return { text: part, cursor: cursor - from + (from > 0 ? 1 : 0) }
}

const LEAST_COLUMNS = 10

function Typing({ editor, view, width }: { editor: Editor; view: View; width: number }): ReactNode {
  const tone = useTone()
  const { text, cursor } = shownPart(editor, width * MOST_ROWS)
  const under = text.slice(cursor).match(/^\P{M}\p{M}*/u)?.[0] ?? ' '
  const styled = Object.keys(tone('cursor')).length > 0
  const ask: Piece[] = asking(view) ? [{ text: 'allow? [y/N] ', tones: ['strong'] }] : []
  const before = [...who(view.customer), ...ask]
  const columns = before.reduce((sum, piece) => sum + columnsOf(piece.text), 0)
  return (
    <Box width={width} flexDirection={columns > width - LEAST_COLUMNS ? 'column' : 'row'}>
      <Box flexShrink={0}>
        <Lines lines={[before]} />
      </Box>
      <Text>
        {text.slice(0, cursor)}
        {styled ? <Text {...tone('cursor')}>{under}</Text> : `▏${under}`}
        {text.slice(cursor + under.length)}
      </Text>
    </Box>
  )
}
