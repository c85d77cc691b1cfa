import { describe, expect, it } from 'vitest'
import { lineClient } from '../helpers/line-client.ts'
import { READ } from '../helpers/passing.ts'
import { rawClient } from '../helpers/raw-client.ts'
import { type Era, type Exchange, rawUpstream } from '../helpers/raw-upstream.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

const ERAS: Era[] = ['modern', 'legacy']
const LEGS = ERAS.flatMap(upstream => ERAS.map(client => ({ upstream, client })))
const PROMPTS = [{ name: 'greet' }]
const LISTS = { tools: [READ], prompts: PROMPTS }

/** A door whose only server answers as `answer` does. */
async function world(era: Era, answer: (exchange: Exchange) => object | Promise<object>) {
  const { url } = await rawUpstream({ era, lists: LISTS, answer })
  return serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url, trust_hints: true }] }],
  })
}

/** A server that answers only what was cancelled. */
async function hanging(era: Era) {
  const running: Exchange[] = []
  const made = await world(era, async exchange => {
    running.push(exchange)
    await until('it was cancelled', exchange.isCancelled)
    return { result: {} }
  })
  return { ...made, running }
}

describe.each(LEGS)('a request of a $client client to a $upstream server', ({ upstream, client: era }) => {
  it.each([
    ['tools/call', { name: 'alpha__made', arguments: {} }],
    ['tools/call', { name: 'alpha__made', arguments: {}, _meta: { progressToken: 'mine' } }],
    ['prompts/get', { name: 'alpha__greet' }],
  ])('%s with %j is cancelled at the server, too', async (method, params) => {
    const { url, token, running } = await hanging(upstream)
    const client = await rawClient(url('acme'), { era, token: await token('acme') })
    const end = new AbortController()
    const sent = client.send(method, params, { id: 'slow', signal: end.signal }).catch(() => undefined)
    await until('the server has the request', () => running.length === 1)
    expect(running[0]?.isCancelled()).toBe(false)
    if (era === 'modern') end.abort()
    else await client.notify('notifications/cancelled', { requestId: 'slow' })
    await until('the server knows', () => running[0]?.isCancelled())
    if (era === 'legacy') end.abort()
    await sent
  })

  it('is not cancelled by a notice about another request', async () => {
    const { url, token, running } = await hanging(upstream)
    const client = await rawClient(url('acme'), { era: 'legacy', token: await token('acme') })
    const other = await rawClient(url('acme'), { era: 'legacy', token: await token('acme') })
    const call = { name: 'alpha__made', arguments: {} }
    const [first, second] = ['1', '2'].map(id => client.send('tools/call', call, { id }).catch(() => {}))
    await until('the server has both', () => running.length === 2)
    await other.notify('notifications/cancelled', { requestId: '1' })
    await client.notify('notifications/cancelled', { requestId: 1 })
    await client.notify('notifications/cancelled', { requestId: '2' })
    await until('one is cancelled', () => running.some(one => one.isCancelled()))
    expect(running.filter(one => one.isCancelled())).toHaveLength(1)
    await client.notify('notifications/cancelled', { requestId: '1' })
    await until('both are cancelled', () => running.every(one => one.isCancelled()))
    await Promise.race([Promise.all([first, second]), new Promise(resolve => setTimeout(resolve, 0))])
  })
})

describe.each([{}, { _meta: { progressToken: 1 } }])(
  'a call in a session of the older era, with %j',
  more => {
    const call = { name: 'alpha__made', arguments: {}, ...more }

    it('is cancelled with its session, and not with its connection', async () => {
      const { url, token, running } = await hanging('legacy')
      const client = await rawClient(url('acme'), { era: 'legacy', token: await token('acme') })
      const end = new AbortController()
      const sent = client.send('tools/call', call, { signal: end.signal }).catch(() => 'no answer')
      await until('the server has the request', () => running.length === 1)
      end.abort()
      expect(await sent).toBe('no answer')
      // The server has seen the end of the connection before this.
      expect((await client.send('ping')).status).toBe(200)
      expect(running[0]?.isCancelled()).toBe(false)
      await client.end()
      await until('the server knows', () => running[0]?.isCancelled())
    })
  },
)

describe.each(ERAS)('a call over a socket to a %s server', upstream => {
  it('is cancelled at the server, too, and gets no answer', async () => {
    const { state, running } = await hanging(upstream)
    const client = await lineClient(state, 'acme')
    void client.send('tools/call', { name: 'alpha__made', arguments: {} })
    await until('the server has the request', () => running.length === 1)
    client.notify('notifications/cancelled', { requestId: 2 })
    await until('the server knows', () => running[0]?.isCancelled())
    await client.send('ping', {})
    expect(client.messages.filter(({ id }) => id === 2)).toEqual([])
  })
})

describe('a request with the id of one that is running', () => {
  const plain = { name: 'alpha__made', arguments: {} }
  const other = { ...plain, _meta: { progressToken: 1 } }
  const refused = { code: -32600, message: expect.stringContaining('this id') }

  it.each([
    ['plain', 'plain', plain, plain],
    ['plain', 'streamed', plain, other],
    ['streamed', 'plain', other, plain],
    ['streamed', 'streamed', other, other],
  ])('after a %s call, a %s one is refused, and the first can be cancelled', async (_, __, first, second) => {
    const { url, token, running } = await hanging('legacy')
    const client = await rawClient(url('acme'), { era: 'legacy', token: await token('acme') })
    const end = new AbortController()
    const sent = client.send('tools/call', first, { id: 'one', signal: end.signal }).catch(() => undefined)
    await until('the server has the request', () => running.length === 1)
    const { status, answer } = await client.send('tools/call', second, { id: 'one' })
    expect({ status, answer }).toMatchObject({ status: 400, answer: { id: 'one', error: refused } })
    await client.notify('notifications/cancelled', { requestId: 'one' })
    await until('the server knows', () => running[0]?.isCancelled())
    end.abort()
    await sent
    expect(running).toHaveLength(1)
    expect((await client.send('ping', {}, { id: 'one' })).status).toBe(200)
  })

  it('is no fault once that one was answered or refused', async () => {
    const { url, token } = await world('legacy', () => ({ result: { content: [] } }))
    const client = await rawClient(url('acme'), { era: 'legacy', token: await token('acme') })
    for (const params of [plain, other, plain, plain, other, other]) {
      const { status, answer } = await client.send('tools/call', params, { id: 7 })
      expect([status, answer.result]).toEqual([200, { content: [] }])
      const headers = { 'mcp-protocol-version': 'none' }
      expect((await client.send('tools/call', other, { id: 7, headers })).status).toBe(400)
    }
  })

  it.each(ERAS)('is refused over a socket in the %s era, too', async era => {
    const { state, running } = await hanging('legacy')
    const client = await lineClient(state, 'acme', { era })
    void client.send('tools/call', plain, 50)
    await until('the server has the request', () => running.length === 1)
    expect((await client.send('tools/call', plain, 50)).error).toEqual(refused)
    client.notify('notifications/cancelled', { requestId: 50 })
    await until('the server knows', () => running[0]?.isCancelled())
    expect((await client.send('tools/list', {}, 50)).result).toBeDefined()
    expect(running).toHaveLength(1)
  })
})

const REPORTS = [
  { progress: 1, total: 3, message: 'one' },
  { progress: 2.5, other: [null] },
  { progress: 3, message: '世界' },
]

describe.each(LEGS)('progress of a $upstream server for a $client client', ({ upstream, client: era }) => {
  const answer = (exchange: Exchange) => {
    for (const report of REPORTS) exchange.progress(report)
    return { result: { ...(upstream === 'modern' && { resultType: 'complete' }), content: [] } }
  }

  it.each(['mine', 0, 7])(
    'comes before the answer, under the token %j of the caller',
    async progressToken => {
      const { url, token } = await world(upstream, answer)
      const client = await rawClient(url('acme'), { era, token: await token('acme') })
      const params = { name: 'alpha__made', arguments: {}, _meta: { progressToken } }
      const { messages } = await client.send('tools/call', params)
      expect(messages.map(one => one.params ?? one.result?.content)).toEqual([
        ...REPORTS.map(report => ({ ...report, progressToken })),
        [],
      ])
    },
  )

  it('is not reported to a client that did not ask for it', async () => {
    const { url, token } = await world(upstream, answer)
    const client = await rawClient(url('acme'), { era, token: await token('acme') })
    const { messages } = await client.send('tools/call', { name: 'alpha__made', arguments: {} })
    expect(messages).toHaveLength(1)
    expect(messages[0]?.result?.content).toEqual([])
  })
})
