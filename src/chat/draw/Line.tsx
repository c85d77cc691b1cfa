import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { CallLine, ChatCustomer, Item } from '../view.ts'
import { Markdown } from './Markdown.tsx'
import { useTone } from './tone.tsx'

/** One finished thing, drawn once. */
export function Line({ item, width }: { item: Item; width: number }): ReactNode {
  const tone = useTone()
  switch (item.kind) {
    case 'question':
      return (
        <Box width={width} marginTop={1} marginBottom={1}>
          <Box flexShrink={0}>
            <Who customer={item.customer} />
          </Box>
          <Text {...tone('strong')}>{item.text}</Text>
        </Box>
      )
    case 'text':
      return (
        <Box marginBottom={1}>
          <Markdown text={item.text} width={width} />
        </Box>
      )
    case 'call':
      return <Call call={item.call} width={width} />
    case 'note':
      return (
        <Box width={width}>
          <Text {...tone(item.tone)}>{item.text}</Text>
        </Box>
      )
    case 'customer':
      return <Header customer={item.customer} width={width} />
  }
}

/** Stands in front of whatever is typed: nobody may be in doubt about whose systems these are. */
export function Who({ customer }: { customer: ChatCustomer }): ReactNode {
  const tone = useTone()
  return (
    <Text>
      <Text {...tone('customer')}>{customer.id}</Text>
      {customer.production ? ' ' : ''}
      {customer.production ? <Text {...tone('prod')}>PROD</Text> : ''}
      {' › '}
    </Text>
  )
}

function Header({ customer, width }: { customer: ChatCustomer; width: number }): ReactNode {
  const tone = useTone()
  const prod = customer.production ? ' PROD ' : ''
  const rule = width - `── ${customer.name}${prod} ${customer.access} `.length
  return (
    <Box width={width} marginTop={1}>
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
