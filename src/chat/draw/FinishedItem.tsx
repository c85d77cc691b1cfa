import { Box, Text } from 'ink'
import { type ReactNode, useContext } from 'react'
import { plotLines } from '../../agent/series/lines/plot.ts'
import { columnsOf } from '../../base/text/columns.ts'
import { visible } from '../../base/text/terminal-text.ts'
import { linkText } from '../terminal/links.ts'
import type { ChatCustomer, Item } from '../view/view.ts'
import { stampText } from '../view/words/stamp.ts'
import { Call } from './Call.tsx'
import { Header, promptMark } from './Header.tsx'
import { Markdown } from './text/Markdown.tsx'
import { Lines, Rows, unkeyed } from './text/Rows.tsx'
import { Linking, useTone } from './text/tone.tsx'
import type { Piece } from './text/wrap.ts'

/** Items drawn without an empty line between them: `before after`. */
const JOINED = new Set([
  'call call',
  'call note',
  'note call',
  'note note',
  'command note',
  'customer note',
  'note link',
  'link link',
  'link note',
])

/** Empty lines between two finished items, or between the last one and the live part. */
export function gap(before: Item | undefined, kind: Item['kind']): number {
  return before && JOINED.has(`${before.kind} ${kind}`) ? 0 : 1
}

/** One finished part of the screen. */
export function FinishedItem({ item, width }: { item: Item; width: number }): ReactNode {
  switch (item.kind) {
    case 'question':
      return (
        <Typed
          customer={item.customer}
          text={item.text}
          width={width}
          stamp={item.at === undefined ? '' : ` ${stampText(item.at, Date.now())}`}
        />
      )
    case 'command':
      return <Typed customer={item.customer} text={item.text} width={width} isQuiet />
    case 'text':
      return <Markdown text={item.text} width={width} />
    case 'call':
      return <Call call={item.call} width={width} />
    case 'note':
      return <Note note={item} width={width} />
    case 'link':
      return <Link label={item.label} address={item.address} width={width} />
    case 'chart':
      return <Lines lines={plotLines(item.chart, width).map(text => [{ text }])} />
    case 'customer':
      return <Header customer={item.customer} width={width} />
  }
}

/** The whole address, which terminals that can open by a click. */
function Link({ label, address, width }: { label: string; address: string; width: number }): ReactNode {
  const isLinking = useContext(Linking)
  const tone = useTone()
  const shown = visible(address)
  return (
    <Box width={width}>
      <Text wrap="wrap">
        {`  ${label}: `}
        <Text {...tone('link')}>{(isLinking && shown === address && linkText(address)) || shown}</Text>
      </Text>
    </Box>
  )
}

function Note({ note, width }: { note: Extract<Item, { kind: 'note' }>; width: number }): ReactNode {
  const { text, hint, tone } = note
  return (
    <Box flexDirection="column" width={width}>
      {unkeyed(text.split('\n'), line => (
        // Ink draws no line for an empty text.
        <Box minHeight={1}>
          <Rows pieces={[{ text: line, tones: [tone] }]} width={width} hang={hangOf(line, width)} />
        </Box>
      ))}
      {hint ? <Rows pieces={[{ text: `  ${hint}` }]} width={width} hang={4} /> : null}
    </Box>
  )
}

/** Aligned with the last column that leaves half the width; without columns, deeper than a hint. */
function hangOf(line: string, width: number): number {
  const ends = [...line.matchAll(/\S\s{2,}(?=\S)/g)].map(({ 0: gap, index }) =>
    columnsOf(line.slice(0, index + gap.length)),
  )
  return ends.findLast(columns => columns <= width / 2) ?? 4
}

interface TypedProps {
  customer: ChatCustomer
  text: string
  width: number
  /** At the right. */
  stamp?: string
  isQuiet?: boolean
}

function Typed({ customer, text, width, stamp = '', isQuiet = false }: TypedProps): ReactNode {
  const before = promptMark(customer).map(piece =>
    isQuiet ? { ...piece, tones: ['quiet' as const] } : piece,
  )
  const columns = before.reduce((sum, piece) => sum + columnsOf(piece.text), 0)
  const typed: Piece = { text, tones: [isQuiet ? 'quiet' : 'strong'] }
  const when: Piece = { text: stamp, tones: ['quiet'] }
  if (columns > width / 2) return <Rows pieces={[...before, typed, when]} width={width} hang={2} />
  return (
    <Box width={width}>
      <Box flexShrink={0}>
        <Lines lines={[before]} />
      </Box>
      <Box flexGrow={1}>
        <Rows pieces={[typed]} width={width - columns - columnsOf(stamp)} />
      </Box>
      {stamp ? <Lines lines={[[when]]} /> : null}
    </Box>
  )
}
