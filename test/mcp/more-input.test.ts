// Servers of the revision 2026-07-28 may answer a call with a request for more input, and get the call again with it.

import { afterEach, expect, it } from 'vitest'
import { connect } from '../../src/mcp/connect.ts'
import type { Fault } from '../../src/mcp/connection.ts'
import { endpointOf, rawServer } from '../helpers/mcp-servers.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** How often a tool is called whose every call is answered with `result`, and what comes of it. */
async function called(result: object, repeatable: boolean): Promise<{ calls: number; fault: Fault }> {
  let calls = 0
  const common = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }
  const info = { capabilities: { tools: {} }, serverInfo: { name: 'm', version: '1' } }
  const results: Record<string, object> = {
    'server/discover': { ...common, ...info, supportedVersions: ['2026-07-28'] },
    'tools/call': result,
  }
  const server = await rawServer(async (req, res) => {
    let text = ''
    for await (const part of req) text += part
    const { id, method } = JSON.parse(text || '{}')
    if (method === 'tools/call') calls++
    const found = results[method]
    if (!found) return res.writeHead(id === undefined ? 202 : 400).end()
    res.writeHead(200, { 'content-type': 'application/json' })
    return res.end(JSON.stringify({ jsonrpc: '2.0', id, result: found }))
  })
  const connection = await connect(endpointOf(server))
  closers.push(async () => {
    await connection.close()
    await server.close()
  })
  const fault = await connection.call('write', {}, { deadline: 5_000, repeatable }).then(
    () => Promise.reject(new Error('a result came')),
    error => error,
  )
  return { calls, fault }
}

it.each([
  ['a state alone', { requestState: 'half done' }],
  ['questions', { inputRequests: { a: { method: 'roots/list' } } }],
])('a call is sent once even if the server asks for more input: %s', async (_, asked) => {
  for (const repeatable of [false, true]) {
    const { calls, fault } = await called({ resultType: 'input_required', ...asked }, repeatable)
    expect([calls, fault.kind, fault.fate, fault.message]).toEqual([
      1,
      'protocol',
      'unknown',
      'the server asks for more input, which supportmax cannot give',
    ])
  }
})

it('a result of an unknown type is told as that', async () => {
  const { calls, fault } = await called({ resultType: 'weird', content: [] }, false)
  expect([calls, fault.message]).toEqual([1, 'the server answered with a result of unknown type "weird"'])
})
