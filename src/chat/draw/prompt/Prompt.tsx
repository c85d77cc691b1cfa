import { Box, useInput, usePaste } from 'ink'
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import type { Keyboard } from '../../typing/keyboard.ts'
import type { View } from '../../view/view.ts'
import { Rows } from '../text/Rows.tsx'
import { OfferedRows } from './OfferedRows.tsx'
import { TypedLine } from './TypedLine.tsx'

interface PromptProps {
  keyboard: Keyboard
  view: View
  width: number
  /** Most rows of typed text, and of the list. */
  rows: { typed: number; list: number }
}

/** The line being typed: a question or command for the customer, or the answer to the open dialog. */
export function Prompt({ keyboard, view, width, rows }: PromptProps): ReactNode {
  const { line, list, isSearch, hint } = useSyncExternalStore(keyboard.subscribe, keyboard.typing)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there may be something, for whatever reason.
  useEffect(keyboard.gather, [view.dialogs, view.unsent])
  useInput(keyboard.key)
  usePaste(keyboard.paste)
  return (
    <Box flexDirection="column" width={width}>
      <TypedLine editor={line} view={view} width={width} rows={rows.typed} isSearch={isSearch} />
      {isSearch && !list ? (
        <Rows
          pieces={[{ text: 'no line that you typed before contains this', tones: ['quiet'] }]}
          width={width}
        />
      ) : null}
      {list && rows.list > 0 ? <OfferedRows list={list} width={width} most={rows.list} /> : null}
      {hint ? <Rows pieces={[{ text: hint.text, tones: [hint.tone] }]} width={width} hang={2} /> : null}
    </Box>
  )
}
