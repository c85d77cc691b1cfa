import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { callName, outcomeEnding, outcomeMark } from '../../agent/event-text.ts'
import { tableLines } from '../../agent/series/lines/table-lines.ts'
import type { ToolOutcome } from '../../toolset/toolset.ts'
import type { CallLine } from '../view/view.ts'
import { secondsText } from '../view/words/doing.ts'
import { progressText } from '../view/words/progress.ts'
import { Lines, Rows } from './text/Rows.tsx'
import type { ToneName } from './text/themes.ts'
import { useTone } from './text/tone.tsx'

/** One line for a call: server, tool, arguments, outcome, time; below it the series in its result, or in full why it failed. */
export function Call({ call, width }: { call: CallLine; width: number }): ReactNode {
  const tone = useTone()
  const { outcome } = call
  const progress = outcome || !call.progress ? '' : progressText(call.progress)
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
      {progress ? (
        <Text wrap="truncate-end" {...tone('quiet')}>
          {`  ${progress}`}
        </Text>
      ) : null}
      {outcome?.text ? (
        <Rows pieces={[{ text: `  ${outcome.text}`, tones: ['bad'] }]} width={width} hang={4} />
      ) : null}
      {call.series ? (
        <Lines
          lines={tableLines(call.series, call.number, width).map(text => [{ text, tones: ['quiet'] }])}
        />
      ) : null}
    </Box>
  )
}

function toneOf(kind: ToolOutcome['kind'] | undefined): ToneName {
  if (kind === undefined || kind === 'cancelled') return 'quiet'
  return kind === 'answered' ? 'good' : 'bad'
}
