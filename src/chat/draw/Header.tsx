import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import { columnsOf, cut } from '../../base/text/columns.ts'
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
  const rest = columnsOf(`──  ${prod && `${prod} `}${customer.access} `)
  // PROD and the access must be seen, however long the name is.
  const name = cut(customer.name, width - rest + 1)
  const rule = width - rest - columnsOf(name)
  return (
    <Box width={width}>
      <Text wrap="truncate-end">
        <Text {...tone('quiet')}>── </Text>
        <Text {...tone('customer')}>{name}</Text>
        <Text> </Text>
        <Text {...tone('prod')}>{prod}</Text>
        <Text>{prod && ' '}</Text>
        <Text {...tone(customer.access === 'read-write' ? 'writes' : 'quiet')}>{customer.access}</Text>
        <Text {...tone('quiet')}>{rule > 0 ? ` ${'─'.repeat(rule)}` : ''}</Text>
      </Text>
    </Box>
  )
}
