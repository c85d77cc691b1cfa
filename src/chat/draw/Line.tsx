import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { CallLine, ChatCustomer, Item } from '../view/view.ts'
import { Markdown } from './Markdown.tsx'
import { all, Rows } from './Rows.tsx'
import { useTone } from './tone.tsx'
import { columnsOf, type Piece } from './wrap.ts'

/** What belongs together: `before after`. All else has an empty line between. */
const JOINED = new Set(['call call', 'call note', 'note call', 'note note', 'command note', 'customer note'])

/** Empty lines between two finished things, or between the last of them and what is live. */
export function gap(before: Item | undefined, kind: Item['kind']): number {
  return before && JOINED.has(`${before.kind} ${kind}`) ? 0 : 1
}

/** One finished thing, drawn once. */
export function Line({ item, width }: { item: Item; width: number }): ReactNode {
  switch (item.kind) {
    case 'question':
      return <Typed customer={item.customer} text={item.text} width={width} />
    case 'command':
      return <Typed customer={item.customer} text={item.text} width={width} isQuiet />
    case 'text':
      return <Markdown text={item.text} width={width} />
    case 'call':
      return <Call call={item.call} width={width} />
    case 'note':
      return (
        <Box flexDirection="column" width={width}>
          {all(item.text.split('\n'), text => (
            <Rows pieces={[{ text, tones: [item.tone] }]} width={width} hang={hangOf(text, width)} />
          ))}
        </Box>
      )
    case 'customer':
      return <Header customer={item.customer} width={width} />
  }
}

/** Under the second column where a line has columns, else a little in. */
function hangOf(text: string, width: number): number {
  const first = columnsOf(text.match(/^\s*\S.*?\s{2,}/)?.[0] ?? '')
  return first > 0 && first <= width / 2 ? first : 2
}

/** Stands in front of whatever is typed: nobody may be in doubt about whose systems these are. */
export function who({ id, production }: ChatCustomer): Piece[] {
  const prod: Piece[] = production ? [{ text: ' ' }, { text: 'PROD', tones: ['prod'] }] : []
  return [{ text: id, tones: ['customer'] }, ...prod, { text: ' › ' }]
}

function Typed(props: { customer: ChatCustomer; text: string; width: number; isQuiet?: boolean }): ReactNode {
  const { customer, text, width, isQuiet = false } = props
  const before = who(customer).map(piece => (isQuiet ? { ...piece, tones: ['quiet' as const] } : piece))
  const columns = before.reduce((sum, piece) => sum + columnsOf(piece.text), 0)
  const typed: Piece = { text, tones: [isQuiet ? 'quiet' : 'strong'] }
  return (
    <Box width={width}>
      <Rows pieces={[...before, typed]} width={width} hang={columns <= width / 2 ? columns : 2} />
    </Box>
  )
}

function Header({ customer, width }: { customer: ChatCustomer; width: number }): ReactNode {
  const tone = useTone()
  const prod = customer.production ? ' PROD ' : ''
  const rule = width - `── ${customer.name}${prod} ${customer.access} `.length
  return (
    <Box width={width}>
      <Text wrap="truncate-end">
        <Text {...tone('quiet')}>── </Text>
        <Text {...tone('customer')}>{customer.name}</Text>
        <Text {...tone('prod')}>{prod}</Text>
        <Text {...tone('quiet')}>{` ${customer.access} ${'─'.repeat(Math.max(0, rule))}`}</Text>
      </Text>
    </Box>
  )
}

const MARKS = { answered: '✓', tool_error: '✗', failed: '✗', denied: '⊘', unknown_tool: '✗', cancelled: '–' }

/** One line for a call: server, tool, arguments, time, outcome. */
export function Call({ call, width }: { call: CallLine; width: number }): ReactNode {
  const tone = useTone()
  const { outcome } = call
  const mark = outcome ? MARKS[outcome.kind] : '…'
  const colour = outcome
    ? outcome.kind === 'answered'
      ? 'good'
      : outcome.kind === 'cancelled'
        ? 'quiet'
        : 'bad'
    : 'quiet'
  return (
    <Box width={width}>
      <Box flexGrow={1} flexShrink={1}>
        <Text wrap="truncate-end">
          <Text {...tone(colour)}>{mark}</Text>
          {` ${call.server ? `${call.server} · ` : ''}${call.tool}`}
          <Text {...tone('quiet')}>{call.args ? ` ${call.args}` : ''}</Text>
          <Text {...tone('bad')}>{outcome?.text ? ` ${outcome.text}` : ''}</Text>
        </Text>
      </Box>
      <Box flexShrink={0}>
        <Text {...tone('quiet')}>{outcome ? ` ${ending(outcome)}` : ''}</Text>
      </Box>
    </Box>
  )
}

function ending({ kind, took, cutBytes }: NonNullable<CallLine['outcome']>): string {
  if (kind === 'cancelled' || kind === 'denied') return kind
  const time = took < 1000 ? `${took} ms` : `${(took / 1000).toFixed(1)} s`
  return cutBytes ? `${time}, cut` : time
}
