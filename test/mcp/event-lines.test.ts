import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import { createEvents } from '../../src/mcp/wire/http/answer.ts'
import { closing } from '../helpers/closing.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'

const EVENTS = [': hello', 'event: message', 'data: {"a":', 'data: "grüße 🎉"}', '', 'data: two', '', '']

it.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('events with lines that end with %s are the same wherever the stream is split', (_, end) => {
  const all = Buffer.from(`\uFEFF${EVENTS.join(end)}`)
  for (let at = 0; at <= all.length; at++) {
    const events = createEvents()
    const said = [all.subarray(0, at), all.subarray(at)].flatMap(part => events.add(part))
    expect(said.filter(Boolean)).toEqual([' {"a":\n "grüße 🎉"}', ' two'])
    expect(events.rest()).toBe('')
  }
  const events = createEvents()
  const said = [...all].flatMap(byte => events.add(Buffer.of(byte)))
  expect(said.filter(Boolean)).toEqual([' {"a":\n "grüße 🎉"}', ' two'])
})

const HELLO = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'r', version: '1' } }

/** Answers a call with an event, whose lines end with this. */
async function serverThatEnds(line: string, event: string): Promise<{ url: string }> {
  const server = createServer(async (req, res) => {
    let text = ''
    for await (const part of req) text += part
    const { id, method } = JSON.parse(text || '{}')
    const answer = (result: object) => JSON.stringify({ jsonrpc: '2.0', id, result })
    if (method === 'initialize') res.writeHead(200, { 'content-type': 'application/json' }).end(answer(HELLO))
    else if (method === 'tools/call')
      res
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`event: message${line}data: ${answer({ content: [{ type: 'text', text: 'done' }] })}${event}`)
    else res.writeHead(method === undefined ? 405 : id === undefined ? 202 : 400).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({ close: () => new Promise(resolve => server.close(resolve)) })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` }
}

it.each([
  ['no end of its line', '\n', ''],
  ['no empty line', '\n', '\n'],
  ['CRs only', '\r', '\r\r'],
])('an answer in an event with %s is read', async (_, line, event) => {
  const connection = closing(await connect(endpointOf(await serverThatEnds(line, event))))
  expect((await connection.call('write', {}, { deadline: 5_000, repeatable: false })).text).toBe('done')
})
