import { describe, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { madeResult } from '../helpers/made-results.ts'
import { noise } from '../helpers/noise.ts'
import { PASSINGS, passes, READ } from '../helpers/passing.ts'
import { rawClient } from '../helpers/raw-client.ts'
import { type Era, type Exchange, type Received, rawUpstream } from '../helpers/raw-upstream.ts'
import { serving } from '../helpers/serving.ts'

const ERAS: Era[] = ['modern', 'legacy']
const LEGS = ERAS.flatMap(upstream => ERAS.map(client => ({ upstream, client })))

describe.each(PASSINGS)('results of a $upstream server for a $client client, $lane', passing => {
  it('reach the client as they were sent', () => passes(passing, 200), 60_000)
})

const MORE = { _meta: { ui: { resourceUri: 'ui://a' }, traceparent: '00-1' }, unheardOf: [null, { a: '' }] }
const ICONS = [{ src: 'https://example.com/i.png', mimeType: 'image/png', sizes: ['48x48'], theme: 'dark' }]

const TOOL = {
  ...READ,
  ...MORE,
  title: 'Made for you',
  description: 'Makes\nresults: 🦀',
  icons: ICONS,
  annotations: { readOnlyHint: true, idempotentHint: false, openWorldHint: true, title: 'T', other: 1 },
  execution: { taskSupport: 'optional' },
  inputSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { a: { type: 'string', default: '', enum: ['', 'b'], 'x-own': { deep: [1] } } },
    patternProperties: { '^x': {} },
    additionalProperties: false,
  },
  outputSchema: { type: 'object', properties: { n: { type: 'number', minimum: -1e21 } } },
}
const PROMPT = {
  ...MORE,
  name: 'greet',
  title: 'Greeting',
  icons: ICONS,
  arguments: [{ name: 'who', title: 'Who', required: true, other: 1 }],
}
const RESOURCE = { ...MORE, uri: 'note://a', name: 'a', title: 'A', size: 0, annotations: { priority: 0.5 } }
const TEMPLATE = { ...MORE, uriTemplate: 'note://{id}/text', name: 'text', mimeType: 'text/plain' }

const LISTS = { tools: [TOOL], prompts: [PROMPT], resources: [RESOURCE], resourceTemplates: [TEMPLATE] }

/** A door of one server, and a client of it. */
async function world(
  { upstream: era, client }: { upstream: Era; client: Era },
  answer: (exchange: Exchange) => object,
) {
  const upstream = await rawUpstream({ era, lists: LISTS, answer })
  const { url, token: create } = await serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url: upstream.url, trust_hints: true }] }],
  })
  const token = await create('acme')
  return { upstream, token, client: await rawClient(url('acme'), { era: client, token }) }
}

const nothing = () => ({ result: {} })

describe.each(LEGS)('of a $upstream server, for a $client client', legs => {
  it('definitions differ in their names alone', async () => {
    const { client } = await world(legs, nothing)
    const list = async (method: string) => (await client.send(method)).answer.result
    // The SDK takes away what a definition of the newer era must not have.
    const { execution, ...modern } = TOOL
    const shown = legs.client === 'modern' ? modern : { ...modern, execution }
    expect((await list('tools/list'))?.tools).toEqual([{ ...shown, name: 'alpha__made' }])
    expect((await list('prompts/list'))?.prompts).toEqual([{ ...PROMPT, name: 'alpha__greet' }])
    expect((await list('resources/list'))?.resources).toEqual([RESOURCE])
    expect((await list('resources/templates/list'))?.resourceTemplates).toEqual([TEMPLATE])
  })

  it('lists may be kept by the client alone', async () => {
    const { client } = await world(legs, nothing)
    for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])
      expect((await client.send(method)).answer.result?.cacheScope).toBe(
        legs.client === 'modern' ? 'private' : undefined,
      )
  })

  it.each([
    [
      'prompts/get',
      { name: 'alpha__greet', arguments: { who: '世界' } },
      { name: 'greet', arguments: { who: '世界' } },
    ],
    ['resources/read', { uri: 'note://a' }, { uri: 'note://a' }],
    ['resources/read', { uri: 'note://7/text' }, { uri: 'note://7/text' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'alpha__greet' }, argument: { name: 'who', value: 'x' } },
      { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: 'x' } },
    ],
  ])('the request %s and its result pass unchanged', async (method, params, wanted) => {
    const parts = {
      messages: [{ role: 'user', content: { type: 'hologram', shape: [1] }, other: null }],
      contents: [{ uri: 'note://a', text: '\ud83e\udd80', _meta: { ui: { csp: {} } } }],
      completion: { values: ['a'], total: 7, hasMore: true, other: {} },
      _meta: { 'com.example/key': [1] },
    }
    const resultType = legs.upstream === 'modern' ? { resultType: 'complete' } : {}
    const { upstream, client } = await world(legs, () => ({ result: { ...resultType, ...parts } }))
    const { answer } = await client.send(method, params)
    expect(answer.result).toMatchObject(parts)
    const { _meta, ...sent } = upstream.calls(method)[0]?.params ?? {}
    expect(sent).toEqual(wanted)
  })

  it.each([
    [{ code: -32_602, message: 'no such thing', data: { what: [null, ''] } }],
    [{ code: -1, message: '' }],
    [{ code: 12_345, message: '世界', data: 'text' }],
  ])('the error %j reaches the client as it was sent', async error => {
    const { client } = await world(legs, () => ({ error }))
    const call = { name: 'alpha__made', arguments: {} }
    expect((await client.send('tools/call', call)).answer.error).toEqual(error)
    const slow = { ...call, _meta: { progressToken: 1 } }
    expect((await client.send('tools/call', slow)).answer.error).toEqual(error)
    expect((await client.send('prompts/get', { name: 'alpha__greet' })).answer.error).toEqual(error)
    expect((await client.send('resources/read', { uri: 'note://a' })).answer.error).toEqual(error)
  })

  it.each([{}, { progressToken: 'mine' }])(
    'arguments and _meta of a call reach the server, %j',
    async own => {
      const below = noise(3)
      const result = { content: [], ...(legs.upstream === 'modern' && { resultType: 'complete' }) }
      const { upstream, client } = await world(legs, () => ({ result }))
      for (let at = 0; at < 50; at++) {
        const args = JSON.parse(JSON.stringify(madeResult(below)))
        const _meta = { traceparent: '00-1-2-01', tracestate: '', 'com.example/own': args }
        await client.send('tools/call', { name: 'alpha__made', arguments: args, _meta: { ..._meta, ...own } })
        const { params }: Partial<Received> = upstream.calls().at(-1) ?? {}
        const { _meta: sent, ...rest } = params ?? {}
        expect(JSON.stringify(rest)).toBe(JSON.stringify({ name: 'made', arguments: args }))
        expect(sent).toMatchObject(_meta)
        expect(sent).toMatchObject({ progressToken: expect.any(Number) })
      }
    },
  )

  it('neither the token nor headers of the client reach the server', async () => {
    const { upstream, token, client } = await world(legs, () => ({ result: { content: [] } }))
    const headers = { 'x-own': 'header-of-the-client', cookie: 'c=header-of-the-client' }
    const call = { name: 'alpha__made', arguments: {} }
    await client.send('tools/call', call, { headers })
    await client.send('tools/call', { ...call, _meta: { progressToken: 1 } }, { headers })
    await client.send('prompts/get', { name: 'alpha__greet' }, { headers })
    expect(upstream.calls()).toHaveLength(2)
    const all = JSON.stringify(upstream.received)
    expect(all).not.toContain(token)
    expect(all).not.toContain('header-of-the-client')
    expect(all).not.toContain(client.session ?? 'no session')
    expect(upstream.received.map(({ headers }) => headers.authorization)).toEqual(
      upstream.received.map(() => undefined),
    )
  })

  it('of a credential only the credential is hidden, wherever it stands', async () => {
    const secret = 'canary-credential-4711'
    hideSecret(secret)
    const withText = (text: string) => ({
      content: [
        { type: 'text', text: `a ${text} b`, [`key ${text}`]: 1 },
        { type: 'odd', deep: [{ text }] },
      ],
      structuredContent: { list: [text, null, 'other'] },
      _meta: { 'com.example/key': text },
    })
    const resultType = legs.upstream === 'modern' ? { resultType: 'complete' } : {}
    const error = (text: string) => ({ code: -5, message: `no ${text}`, data: { text } })
    const { client } = await world(legs, ({ method, params, progress }) => {
      if (method !== 'tools/call') return { error: error(secret) }
      const { progressToken } = (params._meta ?? {}) as { progressToken?: unknown }
      if (progressToken !== undefined) progress({ progress: 1, message: `at ${secret}` })
      return { result: { ...resultType, ...withText(secret) } }
    })
    for (const meta of [{}, { _meta: { progressToken: 1 } }]) {
      const sent = await client.send('tools/call', { name: 'alpha__made', arguments: {}, ...meta })
      expect(sent.answer.result).toMatchObject(withText('‹hidden›'))
      const reports = sent.messages.filter(({ method }) => method === 'notifications/progress')
      expect(reports.map(({ params }) => params?.message)).toEqual('_meta' in meta ? ['at ‹hidden›'] : [])
      expect(JSON.stringify(sent.messages)).not.toContain(secret)
    }
    const { answer } = await client.send('prompts/get', { name: 'alpha__greet' })
    expect(answer.error).toEqual(error('‹hidden›'))
  })
})

it('of a credential in a log entry of a server only the credential is hidden', async () => {
  const secret = 'canary-credential-4712'
  hideSecret(secret)
  const entry = (text: string) => ({ level: 'error', logger: text, data: { [text]: `a ${text}` } })
  const upstream = await rawUpstream({
    era: 'legacy',
    lists: { tools: [READ] },
    answer({ notify }) {
      notify('notifications/message', entry(secret))
      return { result: { content: [] } }
    },
  })
  const { url, token } = await serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url: upstream.url, trust_hints: true }] }],
  })
  const options = { era: 'legacy', token: await token('acme'), capabilities: { sampling: {} } } as const
  const client = await rawClient(url('acme'), options)
  const { messages } = await client.send('tools/call', { name: `alpha__${READ.name}`, arguments: {} })
  const heard = messages.filter(({ method }) => method === 'notifications/message')
  expect(heard.map(({ params }) => params)).toEqual([entry('‹hidden›')])
})
