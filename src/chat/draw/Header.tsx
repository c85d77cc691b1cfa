import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { columnsOf } from '../../base/text/columns.ts'
import type { ChatCustomer } from '../view/view.ts'
import { useTone } from './text/tone.tsx'
import type { Piece } from './text/wrap.ts'

/** Drawn before everything that is typed, so that the customer is never in doubt. */
export function promptMark({ id, production }: ChatCustomer): Piece[] {
  const prod: Piece[] = production ? [{ text: ' ' }, { text: 'PROD', tones: ['prod'] }] : []
  return [{ text: id, tones: ['customer'] }, ...prod, { text: ' › ' }]
}

/** The rule across the screen where a customer begins. */
export function Header({ customer, width }: { customer: ChatCustomer; width: number }): ReactNode {
  const tone = useTone()
  const prod = customer.production ? 'PROD' : ''
  const rule = width - columnsOf(`── ${customer.name} ${prod && `${prod} `}${customer.access} `)
  return (
    <Box width={width}>
      <Text wrap="truncate-end">
        <Text {...tone('quiet')}>── </Text>
        <Text {...tone('customer')}>{customer.name}</Text>
        <Text> </Text>
        <Text {...tone('prod')}>{prod}</Text>
        <Text {...tone('quiet')}>{`${prod && ' '}${customer.access} ${'─'.repeat(Math.max(0, rule))}`}</Text>
      </Text>
    </Box>
  )
}
