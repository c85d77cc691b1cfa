import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

const read: ToolSketch = { name: 'read', annotations: { readOnlyHint: true }, run: () => 'read' }
const write: ToolSketch = { name: 'write', run: args => `written ${args.text ?? ''}` }

async function world(more: object = {}, kind: 'legacy' | 'modern' = 'legacy') {
  const upstream = closing(await startServer({ kind, tools: [read, write] }))
  const server = { name: 'wiki', url: upstream.url, trust_hints: true }
  const customer = { name: 'Acme', environment: 'prod', access: 'read-write', mcp_servers: [server] }
  return { upstream, customer, ...(await serving({ customers: [customer], ...more })) }
}

/** Answers every question of the server, and remembers it. */
function answering(client: Client, action: 'accept' | 'decline'): string[] {
  const questions: string[] = []
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    questions.push(params.message)
    return action === 'accept' ? { action, content: {} } : { action }
  })
  return questions
}

const call = (client: Client) => client.callTool({ name: 'wiki__write', arguments: { text: 'hi' } })
const asking = { role: 'read-write' as const, capabilities: { elicitation: { form: {} } } }

type Wall = { policy?: object[]; access?: string }
/** In place of the error that names the tool. */
const NOT_OFFERED = { isError: true }

describe.each(['auto', 'legacy'] as const)('a write of a client that speaks %s', mode => {
  it.each(['legacy', 'modern'] as const)(
    'runs once the person at the client has agreed (%s server)',
    async kind => {
      const { client: open, upstream } = await world({}, kind)
      const client = await open('acme', { ...asking, mode })
      const questions = answering(client, 'accept')
      expect((await call(client)).content).toEqual([{ type: 'text', text: 'written hi' }])
      const effect = 'destructive: its server does not say that it deletes nothing'
      expect(questions).toEqual([`Acme (acme) PROD: allow wiki to run write?\n{"text":"hi"}\n${effect}`])
      expect(upstream.calls).toEqual(['write'])
    },
  )

  it('is asked about with everything in its arguments that nobody would see', async () => {
    const { client: open } = await world()
    const client = await open('acme', { ...asking, mode })
    const questions = answering(client, 'decline')
    const text = 'host\u200b-1\u202e\u{e0041}\u3164'
    await client.callTool({ name: 'wiki__write', arguments: { text } })
    expect(questions[0]).toContain('{"text":"host\\u{200b}-1\\u{202e}\\u{e0041}\\u{3164}"}')
  })

  it('does not run if the person declines', async () => {
    const { client: open, upstream } = await world()
    const client = await open('acme', { ...asking, mode })
    answering(client, 'decline')
    const result = await call(client)
    expect(result).toMatchObject({ isError: true })
    expect(result.content).toMatchObject([
      { text: 'wiki__write was not run: the person at the client did not approve it' },
    ])
    expect(upstream.calls).toEqual([])
  })

  it('is refused, with what to do, where the client cannot ask', async () => {
    const { client: open, upstream } = await world()
    const result = await call(await open('acme', { role: 'read-write', mode }))
    expect(result.content).toMatchObject([
      { text: 'wiki__write was not run: a person must approve it, and this client cannot ask one' },
    ])
    expect(upstream.calls).toEqual([])
  })

  it('runs without a question where a rule of the policy allows it', async () => {
    const { client: open, upstream } = await world({ policy: [{ action: 'allow' }] })
    const client = await open('acme', { role: 'read-write', mode })
    expect((await call(client)).content).toEqual([{ type: 'text', text: 'written hi' }])
    expect(upstream.calls).toEqual(['write'])
  })

  it.each([
    ['a rule denies it', { policy: [{ access: 'write', action: 'deny' }, { action: 'allow' }] }],
    ['its customer becomes read-only', { access: 'read-only' }],
  ])('does not run if %s while the person decides', async (_, { policy, access }: Wall) => {
    const { client: open, upstream, customer, configure, log } = await world()
    const client = await open('acme', { ...asking, mode })
    await client.callTool({ name: 'wiki__read' })
    client.setRequestHandler('elicitation/create', async () => {
      configure({ customers: [{ ...customer, ...(access && { access }) }], ...(policy && { policy }) })
      await until('the change is applied', () => log.some(line => line.startsWith('configuration changed')))
      return { action: 'accept', content: {} }
    })
    expect(await call(client).catch(() => NOT_OFFERED)).toMatchObject({ isError: true })
    expect(upstream.calls).toEqual(['read'])
  })

  it('does not run if it is withheld while the person decides', async () => {
    const { client: open, upstream, folder } = await world()
    const client = await open('acme', { ...asking, mode })
    await client.callTool({ name: 'wiki__read' })
    const names = async () => (await client.listTools()).tools.map(tool => tool.name)
    client.setRequestHandler('elicitation/create', async () => {
      const lock = { format: 1, servers: { 'acme/wiki': { tools: { write: { name: 'write' } } } } }
      writeFileSync(join(folder, 'mcp-lock.json'), JSON.stringify(lock))
      await until('it is withheld', async () => !(await names()).includes('wiki__write'))
      return { action: 'accept', content: {} }
    })
    expect(await call(client).catch(() => NOT_OFFERED)).toMatchObject({ isError: true })
    expect(upstream.calls).toEqual(['read'])
  })

  it('is neither listed nor run for a read-only token, which gets 403', async () => {
    const { client: open, upstream } = await world({ policy: [{ action: 'allow' }] })
    const client = await open('acme', { mode })
    expect((await client.listTools()).tools.map(tool => tool.name)).toEqual(['wiki__read'])
    await expect(call(client)).rejects.toThrow(/403|insufficient_scope|read-write/)
    expect(upstream.calls).toEqual([])
  })
})

describe('an approval in the newer era', () => {
  it('counts for one call', async () => {
    const { url, token, upstream } = await world()
    const bearer = await token('acme', 'read-write')
    const send = async (more: object) => {
      const meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
      }
      const params = { name: 'wiki__write', arguments: { text: 'hi' }, ...more, _meta: meta }
      const response = await fetch(url('acme'), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'tools/call',
          'mcp-name': 'wiki__write',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      })
      return (await response.json()) as { result?: Record<string, unknown>; error?: { message: string } }
    }
    const { result: first } = await send({})
    expect(first?.resultType).toBe('input_required')
    const key = Object.keys(first?.inputRequests as object)[0] ?? ''
    const approved = {
      inputResponses: { [key]: { action: 'accept', content: {} } },
      requestState: first?.requestState,
    }
    expect((await send(approved)).result?.content).toEqual([{ type: 'text', text: 'written hi' }])
    expect((await send(approved)).error?.message).toBe('requestState has been used already')
    const other = { ...approved, arguments: { text: 'something else' } }
    expect((await send(other)).error?.message).toBe('requestState is not valid for this request')
    expect(upstream.calls).toEqual(['write'])
  })
})
