import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openSessions } from '../../src/mcp/serving/http/sessions.ts'
import type { ServedDoor } from '../../src/mcp/serving/served.ts'
import { closing } from '../helpers/closing.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const by = { id: 'a', name: 'a', role: 'read-only' } as const
const served: ServedDoor = {
  about: async () => ({ name: 'door', version: '1', instructions: undefined, capabilities: { tools: {} } }),
  serves: () => true,
  roleFor: async () => 'read-only',
  headersFor: async () => [],
  answer: async () => ({ result: { tools: [] } }),
}
const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

function post(method: string, params: object, session?: string): [Request, object] {
  const body = { jsonrpc: '2.0', id: 1, method, params }
  const own = session === undefined ? headers : { ...headers, 'mcp-session-id': session }
  return [new Request('http://127.0.0.1/mcp', { method: 'POST', headers: own }), body]
}

it('a session that nobody has used for half an hour ends by itself', async () => {
  const sessions = openSessions(served)
  closing(sessions)
  const client = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const open = async () => {
    const response = await sessions.fetch(...post('initialize', client), by)
    await response.text()
    return response.headers.get('mcp-session-id') ?? ''
  }
  const [used] = [await open(), await open()]
  expect(sessions.count()).toBe(2)
  await vi.advanceTimersByTimeAsync(1_700_000)
  const answer = await sessions.fetch(...post('tools/list', {}, used), by)
  expect(await answer.text()).toContain('"tools":[]')
  await vi.advanceTimersByTimeAsync(200_000)
  expect(sessions.count()).toBe(1)
  await vi.advanceTimersByTimeAsync(1_800_000)
  expect(sessions.count()).toBe(0)
})
