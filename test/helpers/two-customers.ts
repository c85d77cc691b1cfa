// Two customers with the same names everywhere, whose servers mark all that they send.

import { READ } from './passing.ts'
import { type Era, type Exchange, type RawUpstream, rawUpstream } from './raw-upstream.ts'
import { type Serving, serving } from './serving.ts'

export const CUSTOMERS = ['acme', 'beta'] as const
export type CustomerId = (typeof CUSTOMERS)[number]

export const markOf = (customer: CustomerId) => `data-of-${customer}`

export interface TwoCustomers extends Serving {
  upstreams: Record<CustomerId, RawUpstream>
}

const OTHER = { ...READ, name: 'other' }

/** @param answer the rest of the answer of a server with this mark */
export async function twoCustomers(
  era: Era,
  answer: (exchange: Exchange, mark: string) => object | Promise<object> = markedAnswer,
): Promise<TwoCustomers> {
  const [acme, beta] = await Promise.all(CUSTOMERS.map(customer => markedServer(era, customer, answer)))
  const upstreams = { acme, beta } as Record<CustomerId, RawUpstream>
  const world = await serving({
    customers: CUSTOMERS.map(name => ({
      name,
      mcp_servers: [{ name: 'alpha', url: upstreams[name].url, trust_hints: true }],
    })),
  })
  return { ...world, upstreams }
}

function markedServer(
  era: Era,
  customer: CustomerId,
  answer: (exchange: Exchange, mark: string) => object | Promise<object>,
): Promise<RawUpstream> {
  const mark = markOf(customer)
  const lists = {
    tools: [{ ...READ, description: mark }, OTHER],
    prompts: [{ name: 'greet', description: mark }],
    resources: [{ uri: 'note://a', name: mark }],
    resourceTemplates: [{ uriTemplate: 'note://{id}/text', name: mark }],
  }
  return rawUpstream({ era, lists, answer: exchange => answer(exchange, mark) })
}

/** With the mark and with what was asked for, in every part; every third call fails. */
function markedAnswer(exchange: Exchange, mark: string): object {
  const { method, params } = exchange
  const { _meta, ...asked } = params
  const text = `${mark} ${JSON.stringify(asked)}`
  if (method === 'tools/call') {
    const { number = 0 } = { ...(params.arguments as { number?: number }) }
    exchange.progress({ progress: 1, message: text })
    if (number % 3 === 0) return { error: { code: -32_000, message: text, data: { text } } }
  }
  const content = [{ type: 'text', text }]
  return {
    result: {
      resultType: 'complete',
      ...(method === 'tools/call' && { content, structuredContent: { text } }),
      ...(method === 'prompts/get' && { messages: [{ role: 'user', content: content[0] }] }),
      ...(method === 'resources/read' && { contents: [{ uri: params.uri, text }] }),
      ...(method === 'completion/complete' && { completion: { values: [text] } }),
      _meta: { 'com.example/mark': text },
    },
  }
}
