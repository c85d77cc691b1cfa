import { Box } from 'ink'
import type { ReactNode } from 'react'
import type { View } from '../../view/view.ts'
import { standingParts } from '../../view/words/standing.ts'
import { Lines } from '../text/Rows.tsx'
import type { Piece } from '../text/wrap.ts'

/** Below the prompt: whose chat this is, what it may do, and what it has used. */
export function StatusLine({ view, width }: { view: View; width: number }): ReactNode {
  const pieces = standingParts(view, width).flatMap((group, i): Piece[] => [
    ...(i > 0 ? [{ text: ' · ', tones: ['quiet' as const] }] : []),
    ...group.map(({ text, tone }) => ({ text, tones: [tone] })),
  ])
  return (
    <Box width={width}>
      <Lines lines={[pieces]} />
    </Box>
  )
}
