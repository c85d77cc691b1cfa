// One customer's clients and servers do their worst; the other customer's calls are answered, and memory stays bounded.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { noisyUpstream } from '../helpers/noisy-upstream.ts'
import { percentile } from '../helpers/restarting.ts'
import { type ServedProgram, servedProgram } from '../helpers/served-program.ts'
import { until } from '../helpers/until.ts'

async function world() {
  const noisy = await noisyUpstream()
  const calm = closing(await startServer({ kind: 'legacy', tools: [echo] }))
  const served = await servedProgram({ Acme: noisy.url, Beta: calm.url })
  const other = await served.client('beta')
  await calls(other, async () => {})
  return { noisy, served, other }
}

/** Calls of the other customer, one after the other, until `work` is done. */
async function calls(client: Client, work: () => Promise<unknown>): Promise<string> {
  let isDone = false
  const took: number[] = []
  const working = work().finally(() => {
    isDone = true
  })
  for (let at = 0; !isDone || at < 20; at++) {
    const began = performance.now()
    const { content } = await client.callTool({ name: 'alpha__echo', arguments: { text: String(at) } })
    expect(content).toEqual([{ type: 'text', text: `echo ${at}` }])
    took.push(performance.now() - began)
  }
  await working
  return `${took.length} calls meanwhile, p50 ${percentile(took, 0.5)} ms, p99 ${percentile(took, 0.99)} ms, longest ${percentile(took, 1)} ms`
}

async function socketTo({ port }: ServedProgram): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  closing({ close: async () => void socket.destroy() })
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  return socket
}

function requestOf(method: 'GET' | 'POST', headers: Record<string, string>, body = ''): string {
  const all = {
    host: '127.0.0.1',
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...headers,
    ...(body !== '' && { 'content-length': String(body.length) }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} /customers/acme/mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

let latestId = 0

function rpc(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: ++latestId, method, params })
}

/** The headers of a session that has connections of its own. */
async function sessionOf(served: ServedProgram): Promise<Record<string, string>> {
  const authorization = `Bearer ${await served.token('acme')}`
  const headers = {
    authorization,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const clientInfo = { name: 'deaf', version: '1' }
  const body = rpc('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo,
  })
  const response = await fetch(served.url('acme'), { method: 'POST', headers, body })
  await response.text()
  const session = { authorization, 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
  const level = rpc('logging/setLevel', { level: 'debug' })
  const set = await fetch(served.url('acme'), {
    method: 'POST',
    headers: { ...headers, ...session },
    body: level,
  })
  expect(await set.text()).toContain('"result":{}')
  return session
}

describe('a server in front of two customers', () => {
  it('answers while 6,000 connections never finish their headers', async () => {
    const { served, other } = await world()
    const before = served.held()
    served.watch()
    const sockets: Socket[] = []
    const flood = async () => {
      for (let at = 0; at < 6_000; at += 100) {
        const some = await Promise.all(Array.from({ length: 100 }, () => socketTo(served)))
        for (const socket of some) socket.write('POST /customers/acme/mcp HTTP/1.1\r\nhost: 127')
        sockets.push(...some)
      }
      // Clients that come only now.
      for (let at = 0; at < 50; at++)
        expect(
          await fetch(`http://127.0.0.1:${served.port}/livez`, { headers: { connection: 'close' } }),
        ).toMatchObject({ status: 200 })
    }
    const told = await calls(other, flood)
    const during = { ...served.held(), peak: served.peak() }
    for (const socket of sockets) socket.destroy()
    const after = await until('the handles are back', () => {
      const held = served.held()
      return held.handles <= before.handles + 5 && held
    })
    console.log(`half-open: ${told}; ${JSON.stringify({ before, during, after })}`)
    expect(during.peak - before.megabytes).toBeLessThan(100)
  })

  it('holds little for clients that never read their answers, and ends them', async () => {
    const { served, other } = await world()
    const session = await sessionOf(served)
    const before = served.held()
    served.watch()
    const flood = async () => {
      for (let at = 0; at < 100; at++) {
        const socket = await socketTo(served)
        socket.pause()
        socket.write(requestOf('POST', session, rpc('tools/call', { name: 'alpha__large', arguments: {} })))
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    }
    const told = await calls(other, flood)
    const during = { ...served.held(), peak: served.peak() }
    const after = await until(
      'they have ended',
      () => served.held().handles <= before.handles + 12 && served.held(),
      60_000,
    )
    console.log(`deaf: ${told}; ${JSON.stringify({ before, during, after })}`)
    expect(during.peak - before.megabytes).toBeLessThan(500)
  })

  it.each([
    ['notifications/tools/list_changed', {}],
    ['notifications/prompts/list_changed', {}],
    ['notifications/resources/updated', { uri: 'note://a' }],
    ['notifications/message', { level: 'info', data: 'x'.repeat(200) }],
  ])(
    'answers while another server sends 100,000 %s, and holds little for a client that does not read',
    async (method, params) => {
      const { noisy, served, other } = await world()
      const session = await sessionOf(served)
      const deaf = await socketTo(served)
      deaf.pause()
      deaf.write(requestOf('GET', session))
      const reader = await served.client('acme')
      let notices = 0
      reader.fallbackNotificationHandler = async () => void notices++
      await until('all listen', () => noisy.listeners() >= 2)
      const before = served.held()
      served.watch()
      const told = await calls(other, () => noisy.storm(method, params, 100_000))
      const during = { ...served.held(), peak: served.peak() }
      console.log(`${method}: ${told}; the reader got ${notices}; ${JSON.stringify({ before, during })}`)
      expect(notices).toBeLessThan(200)
      if (method.includes('prompts')) expect(notices).toBeGreaterThan(0)
      expect(during.peak - before.megabytes).toBeLessThan(200)
    },
  )

  it.each(['huge', 'endless', 'progress'])('refuses an answer that is too large: %s', async name => {
    const { served, other } = await world()
    const client = await served.client('acme')
    const before = served.held()
    served.watch()
    const told = await calls(other, async () => {
      for (let round = 0; round < 10; round++)
        expect(await client.callTool({ name: `alpha__${name}`, arguments: {} })).toMatchObject({
          isError: true,
          content: [{ text: `alpha__${name} failed: the answer is too large` }],
        })
    })
    const during = { ...served.held(), peak: served.peak() }
    console.log(`${name}: ${told}; ${JSON.stringify({ before, during })}`)
    expect(during.peak - before.megabytes).toBeLessThan(200)
    expect(during.handles - before.handles).toBeLessThan(10)
  })
})
