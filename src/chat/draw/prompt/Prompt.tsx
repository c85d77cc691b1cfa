import { Box, useInput, usePaste } from 'ink'
import { type ReactNode, useEffect, useReducer, useState } from 'react'
import type { Controller } from '../../controller.ts'
import { openKeyboard } from '../../typing/keyboard.ts'
import type { Tone, View } from '../../view/view.ts'
import { Rows } from '../text/Rows.tsx'
import { TypedLine } from './TypedLine.tsx'

interface PromptProps {
  controller: Controller
  view: View
  width: number
  /** Most rows of typed text. */
  rows: number
}

interface Hint {
  text: string
  tone: Tone
}

/** The line being typed: a question or command for the customer, or the answer to the open dialog. */
export function Prompt({ controller, view, width, rows }: PromptProps): ReactNode {
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const [hint, setHint] = useState<Hint>({ text: '', tone: 'quiet' })
  const [keyboard] = useState(() =>
    openKeyboard(controller, { redraw, say: (text, tone = 'quiet') => setHint({ text, tone }) }),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a dialog opened or closed, for whatever reason.
  useEffect(keyboard.gather, [view.dialogs])
  useInput(keyboard.key)
  usePaste(keyboard.paste)
  return (
    <Box flexDirection="column" width={width}>
      <TypedLine editor={keyboard.line()} view={view} width={width} rows={rows} />
      {hint.text ? <Rows pieces={[{ text: hint.text, tones: [hint.tone] }]} width={width} hang={2} /> : null}
    </Box>
  )
}
