import { Text, useAnimation } from 'ink'
import type { ReactNode } from 'react'
import { cut } from '../../../base/text/columns.ts'
import type { View } from '../../view/view.ts'
import { doingText } from '../../view/words/doing.ts'
import { Rows } from '../text/Rows.tsx'
import { useTone } from '../text/tone.tsx'

const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']
const FRAME_MS = 120

/** What the chat is doing, on a line that moves while it works. */
export function Doing({ view, width, isCut }: { view: View; width: number; isCut: boolean }): ReactNode {
  const text = doingText(view)
  if (text === '') return null
  // A person decides: nothing works meanwhile.
  if (view.dialogs.length > 0) return <Rows pieces={[{ text, tones: ['quiet'] }]} width={width} hang={2} />
  return <Working text={isCut ? cut(text, width - 2) : text} width={width} />
}

function Working({ text, width }: { text: string; width: number }): ReactNode {
  const tone = useTone()
  const { frame } = useAnimation({ interval: FRAME_MS })
  return (
    <Text>
      <Text {...tone('customer')}>{FRAMES[frame % FRAMES.length]}</Text>
      <Rows pieces={[{ text: ` ${text}`, tones: ['quiet'] }]} width={width - 1} hang={2} />
    </Text>
  )
}
