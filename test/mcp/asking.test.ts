// Servers that ask the person who uses them, and what becomes of the call meanwhile.

import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fieldsOf } from '../../src/chat/view/form/fields.ts'
import { connect } from '../../src/mcp/connect.ts'
import type { ServerListener } from '../../src/mcp/connection.ts'
import { probe } from '../../src/mcp/probe.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

type OnRequest = ServerListener['onRequest']

const listening = (onRequest: OnRequest): ServerListener => ({
  capabilities: { elicitation: { form: {}, url: {} } },
  onRequest,
  onNotice() {},
})

const freePort = () =>
  new Promise<number>(resolve => {
    const holder = createServer().listen(0, '127.0.0.1', () => {
      const { port } = holder.address() as { port: number }
      holder.close(() => resolve(port))
    })
  })

describe('the reference server', () => {
  let child: ReturnType<typeof spawn>
  let url: string
  const tool = 'trigger-elicitation-request'
  const program = join(
    dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/package.json')),
    'dist',
    'index.js',
  )

  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}/mcp`
    child = spawn(process.execPath, [program, 'streamableHttp'], {
      env: { PORT: String(port) },
      stdio: 'ignore',
    })
    const smoke = { tool: 'echo', arguments: { message: 'hello' } }
    const answers = async () => (await probe(endpointOf({ url }, { smoke }))).state === 'ready'
    await until('the reference server is ready', answers, 20_000)
  })
  afterAll(() => {
    child.kill('SIGKILL')
  })

  async function called(onRequest: OnRequest, deadline: number) {
    const connection = await connect(endpointOf({ url }), undefined, listening(onRequest))
    try {
      return (await connection.call(tool, {}, { deadline })).text
    } finally {
      await connection.close()
    }
  }

  it('asks in a form of all kinds of fields, and gets what is answered', async () => {
    let asked: unknown
    const text = await called(async (method, params) => {
      asked = { method, ...fieldsOf(params.requestedSchema) }
      return { action: 'accept', content: { name: 'Anna', integer: 7 } }
    }, 10_000)
    expect(asked).toMatchObject({ method: 'elicitation/create' })
    const { fields = [] } = asked as { fields?: { kind: string; options: object[] }[] }
    expect(new Set(fields.map(one => one.kind))).toEqual(
      new Set(['text', 'boolean', 'integer', 'number', 'choice', 'choices']),
    )
    expect(text).toContain('Anna')
  })

  it('is not timed out while a person answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const slow: OnRequest = async () => {
        await null
        vi.advanceTimersByTime(3_000)
        return { action: 'decline' }
      }
      expect(await called(slow, 2_000)).toContain('declined')
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not offered its forms where nobody can answer', async () => {
    const connection = await connect(endpointOf({ url }))
    const { tools } = await connection.listTools()
    await connection.close()
    expect(tools.map(one => one.name)).not.toContain(tool)
  })

  it('that dies while it asks ends the question', async () => {
    let ended = false
    const asked = called(
      (_method, _params, signal) =>
        new Promise(resolve => {
          signal.addEventListener('abort', () => {
            ended = true
            resolve({ action: 'cancel' })
          })
          child.kill('SIGKILL')
        }),
      10_000,
    )
    await expect(asked).rejects.toThrow()
    await until('the question is over', () => ended)
  })
})

describe('a server of the newer era', () => {
  async function asking(rounds: number) {
    const calls: Record<string, unknown>[] = []
    const common = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }
    const info = { capabilities: { tools: {} }, serverInfo: { name: 'm', version: '1' } }
    const params = { mode: 'form', message: 'who?', requestedSchema: { type: 'object', properties: {} } }
    const server = await rawServer(async (req, res) => {
      let text = ''
      for await (const part of req) text += part
      const { id, method, params: sent } = JSON.parse(text || '{}')
      if (method === 'tools/call') calls.push(sent)
      const results: Record<string, object> = {
        'server/discover': { ...common, ...info, supportedVersions: ['2026-07-28'] },
        'tools/call':
          calls.length > rounds
            ? { ...common, content: [{ type: 'text', text: 'done' }] }
            : {
                resultType: 'input_required',
                inputRequests: { a: { method: 'elicitation/create', params } },
                requestState: `state ${calls.length}`,
              },
      }
      const found = results[method]
      if (!found) return res.writeHead(id === undefined ? 202 : 400).end()
      res.writeHead(200, { 'content-type': 'application/json' })
      return res.end(JSON.stringify({ jsonrpc: '2.0', id, result: found }))
    })
    const connection = await connect(
      endpointOf(server),
      undefined,
      listening(async () => ({ action: 'accept', content: {} })),
    )
    const result = await connection.call('ask', { x: 1 }, { deadline: 5_000 }).catch(error => error)
    await connection.close()
    await server.close()
    return { calls, result }
  }

  it('gets the call again with the answers and its own state', async () => {
    const { calls, result } = await asking(2)
    expect(result.text).toBe('done')
    expect(calls.map(one => [one.arguments, one.requestState, one.inputResponses])).toEqual([
      [{ x: 1 }, undefined, undefined],
      [{ x: 1 }, 'state 1', { a: { action: 'accept', content: {} } }],
      [{ x: 1 }, 'state 2', { a: { action: 'accept', content: {} } }],
    ])
  })

  it('that never stops asking is left', async () => {
    const { calls, result } = await asking(1_000)
    expect(calls).toHaveLength(20)
    expect(result.message).toBe('the server asked for more input 20 times')
  })
})
