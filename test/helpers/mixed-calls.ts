// Many requests at once, at the doors of two customers, by every way in.

import { expect } from 'vitest'
import { lineClient } from './line-client.ts'
import { noise } from './noise.ts'
import { rawClient } from './raw-client.ts'
import { CUSTOMERS, type CustomerId, markOf, type TwoCustomers } from './two-customers.ts'

type Below = (below: number) => number

/** All that came for one request. */
type Ask = (method: string, params: object) => Promise<unknown>

const REQUESTS: [method: string, paramsOf: (number: number) => object][] = [
  ['tools/call', number => ({ name: 'alpha__made', arguments: { number } })],
  [
    'tools/call',
    number => ({ name: 'alpha__made', arguments: { number }, _meta: { progressToken: number } }),
  ],
  ['tools/call', number => ({ name: 'alpha__other', arguments: { number } })],
  ['prompts/get', number => ({ name: 'alpha__greet', arguments: { number: String(number) } })],
  ['resources/read', number => ({ uri: `note://${number}/text` })],
  [
    'completion/complete',
    number => ({
      ref: { type: 'ref/prompt', name: 'alpha__greet' },
      argument: { name: 'a', value: `${number}` },
    }),
  ],
]
const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']

/** Sends `times` requests, 50 at once. Each answer must be its own customer's, and every request must have reached its server once. */
export async function sendMixed(world: TwoCustomers, times: number): Promise<void> {
  const below = noise(times)
  const ways = { acme: await waysInto(world, 'acme'), beta: await waysInto(world, 'beta') }
  const sent = { acme: [] as number[], beta: [] as number[] }
  let next = 0
  const worker = async () => {
    while (next < times) {
      const number = ++next + 1_000_000
      const customer = CUSTOMERS[below(2)] as CustomerId
      const ask = ways[customer][below(ways[customer].length)] as Ask
      if (below(10) === 0) expectOwn(await ask(LISTS[below(4)] as string, {}), customer)
      else {
        sent[customer].push(number)
        expectOwn(await sendOne(ask, number, below), customer, number)
      }
    }
  }
  await Promise.all(Array.from({ length: 50 }, worker))
  for (const customer of CUSTOMERS) expect(numbersAt(world, customer)).toEqual(sent[customer].sort())
}

function sendOne(ask: Ask, number: number, below: Below): Promise<unknown> {
  const [method, paramsOf] = REQUESTS[below(REQUESTS.length)] as (typeof REQUESTS)[number]
  return ask(method, paramsOf(number))
}

async function waysInto(world: TwoCustomers, customer: CustomerId): Promise<Ask[]> {
  const overHttp = await Promise.all(
    (['modern', 'legacy', 'modern', 'legacy'] as const).map(async era => {
      const client = await rawClient(world.url(customer), { era, token: await world.token(customer) })
      const ask: Ask = async (method, params) => (await client.send(method, params)).messages
      return ask
    }),
  )
  const lines = await lineClient(world.state, customer)
  return [...overHttp, (method, params) => lines.send(method, params)]
}

function expectOwn(came: unknown, customer: CustomerId, number?: number): void {
  const text = JSON.stringify(came)
  const marks = new Set(text.match(/data-of-\w+/g))
  const numbers = new Set(text.match(/\b1\d{6}\b/g))
  expect([...marks]).toEqual([markOf(customer)])
  if (number !== undefined) expect([...numbers]).toEqual([String(number)])
}

/** The numbers in the requests that reached this customer's server. */
function numbersAt({ upstreams }: TwoCustomers, customer: CustomerId): number[] {
  const texts = upstreams[customer].received.flatMap(({ params }) => {
    const { _meta, ...asked } = params
    return JSON.stringify(asked).match(/\b1\d{6}\b/) ?? []
  })
  return texts.map(Number).sort()
}
