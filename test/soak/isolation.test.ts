import { it } from 'vitest'
import { sendMixed } from '../helpers/mixed-calls.ts'
import { twoCustomers } from '../helpers/two-customers.ts'

it.each(['modern', 'legacy'] as const)(
  '10,000 requests at once to two customers never get data of the other, from %s servers',
  async era => sendMixed(await twoCustomers(era), 10_000),
)
