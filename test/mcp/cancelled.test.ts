import { getEventListeners } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { createExchanges } from '../../src/mcp/wire/http/cancelled.ts'
import type { Incoming } from '../../src/mcp/wire/http/exchange.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

/** A server whose only tool begins to answer and never ends; `open` has the sockets on which it still does. */
async function dripping(type: string) {
  const open = new Set<Socket>()
  const cancelled: unknown[] = []
  const server = await rawServer(async (req, res) => {
    let text = ''
    for await (const part of req) text += part
    const { id, method, params } = JSON.parse(text || '{}')
    if (method === 'notifications/cancelled') cancelled.push(params.requestId)
    if (method === 'tools/call') {
      open.add(req.socket)
      req.socket.once('close', () => open.delete(req.socket))
      return void res
        .writeHead(200, { 'content-type': type })
        .write(type === 'application/json' ? '{' : ': \n')
    }
    if (method !== 'initialize') return void res.writeHead(id === undefined ? 202 : 400).end()
    const result = {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'drip', version: '1' },
    }
    res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  return { server: closing(server), open, cancelled }
}

describe('a call that has timed out', () => {
  it.each(['application/json', 'text/event-stream'])(
    'gives up its socket, on which the server still sends %s, once the server knows',
    async type => {
      const { server, open, cancelled } = await dripping(type)
      const connection = closing(await connect(endpointOf(server)))
      await expect(connection.call('drip', {}, { deadline: 300 })).rejects.toMatchObject({ kind: 'timeout' })
      await until('the socket is closed', () => open.size === 0)
      expect(cancelled.length).toBe(1)
    },
  )
})

it('an exchange that is over leaves nothing at the signal of its connection, which lives on', async () => {
  const { signal } = new AbortController()
  const exchanges = createExchanges()
  let close = () => {}
  const body = {
    onClosed(listener: () => void) {
      close = listener
    },
  }
  const read = exchanges.begin(1, signal).answering(Promise.resolve({ body } as Incoming))
  const failed = exchanges.begin(2, signal).answering(Promise.reject(new Error('refused')))
  await expect(failed).rejects.toThrow('refused')
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await read
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  close()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
