import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { callName, outcomeEnding, outcomeMark } from '../../agent/event-text.ts'
import { milliseconds } from '../../base/text/amounts.ts'
import type { ToolOutcome } from '../../toolset/toolset.ts'
import type { CallLine } from '../view/view.ts'
import { Rows } from './text/Rows.tsx'
import { type ToneName, useTone } from './text/tone.tsx'

/** One line for a call: server, tool, arguments, outcome, time; below it, in full, why it failed. */
export function Call({ call, width }: { call: CallLine; width: number }): ReactNode {
  const tone = useTone()
  const { outcome } = call
  return (
    <Box width={width} flexDirection="column">
      <Box width={width}>
        <Box flexGrow={1} flexShrink={1}>
          <Text wrap="truncate-end">
            <Text {...tone(toneOf(outcome?.kind))}>{outcome ? outcomeMark(outcome) : '…'}</Text>
            <Text {...tone('cite')}>{call.number === undefined ? '' : ` [${call.number}]`}</Text>
            {` ${callName(call)}`}
            <Text {...tone('quiet')}>{call.args ? ` ${call.args}` : ''}</Text>
          </Text>
        </Box>
        <Box flexShrink={0}>
          <Text {...tone('quiet')}>{` ${outcome ? outcomeEnding(outcome) : secondsText(call.seconds)}`}</Text>
        </Box>
      </Box>
      {outcome?.text ? (
        <Rows pieces={[{ text: `  ${outcome.text}`, tones: ['bad'] }]} width={width} hang={4} />
      ) : null}
    </Box>
  )
}

/** Nothing in the first second, which most calls do not reach. */
export function secondsText(seconds: number): string {
  return seconds > 0 ? milliseconds(seconds * 1_000) : ''
}

function toneOf(kind: ToolOutcome['kind'] | undefined): ToneName {
  if (kind === undefined || kind === 'cancelled') return 'quiet'
  return kind === 'answered' ? 'good' : 'bad'
}
