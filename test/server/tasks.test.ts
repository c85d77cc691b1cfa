import { expect, it } from 'vitest'
import { z } from 'zod'
import { openTaskBook } from '../../src/toolset/face/tasks/book.ts'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'

const any = z.looseObject({})
const TIMES = { createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:00Z', ttl: 60_000 }

/** A server whose calls are tasks: `work-1`, `work-2`, … */
async function taskServer() {
  let count = 0
  const asked: string[] = []
  const work: ToolSketch = {
    name: 'work',
    annotations: { readOnlyHint: true },
    run: () => ({ task: { taskId: `work-${++count}`, status: 'working', ...TIMES } }),
  }
  const server = await startServer({
    kind: 'legacy',
    tools: [work],
    more: {
      capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
      answer(method, { taskId }) {
        asked.push(`${method} ${taskId ?? ''}`.trim())
        if (method === 'tasks/get') return { taskId, status: 'completed', ...TIMES }
        if (method === 'tasks/cancel') return { taskId, status: 'cancelled', ...TIMES }
        if (method === 'tasks/result') return { content: [{ type: 'text', text: `result of ${taskId}` }] }
        if (method === 'tasks/list')
          return {
            tasks: Array.from({ length: count }, (_, at) => ({
              taskId: `work-${at + 1}`,
              status: 'working',
              ...TIMES,
            })),
          }
        return undefined
      },
    },
  })
  return Object.assign(closing(server), { asked })
}

it('tasks are fetched from the server that has them, by whoever made them and nobody else', async () => {
  const server = await taskServer()
  const { client: open } = await serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url: server.url, trust_hints: true }] }],
  })
  const mine = await open('acme', { mode: 'legacy' })
  const other = await open('acme', { mode: 'legacy' })
  expect(mine.getServerCapabilities()?.tasks).toEqual({
    list: {},
    cancel: {},
    requests: { tools: { call: {} } },
  })
  const call = { method: 'tools/call', params: { name: 'alpha__work', arguments: {}, task: { ttl: 60_000 } } }
  expect(await mine.request(call, any)).toMatchObject({ task: { taskId: 'work-1', status: 'working' } })
  expect(await other.request(call, any)).toMatchObject({ task: { taskId: 'work-2' } })
  const params = { taskId: 'work-1' }
  expect(await mine.request({ method: 'tasks/get', params }, any)).toMatchObject({ status: 'completed' })
  expect(await mine.request({ method: 'tasks/result', params }, any)).toMatchObject({
    content: [{ text: 'result of work-1' }],
  })
  expect(await mine.request({ method: 'tasks/list', params: {} }, any)).toMatchObject({
    tasks: [{ taskId: 'work-1' }],
  })
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
    await expect(other.request({ method, params }, any)).rejects.toThrow('Task not found')
  expect(await mine.request({ method: 'tasks/cancel', params }, any)).toMatchObject({ status: 'cancelled' })
  expect(server.asked).toEqual([
    'tasks/get work-1',
    'tasks/result work-1',
    'tasks/list',
    'tasks/cancel work-1',
  ])
})

it('the oldest tasks are forgotten when there are too many, and so is an id of two servers', () => {
  const book = openTaskBook(2)
  for (const id of ['a', 'b', 'c']) book.note(id, 'me', { server: 'alpha', tool: 'work' })
  expect(['a', 'b', 'c'].map(id => book.of(id, 'me') !== undefined)).toEqual([false, true, true])
  book.note('c', 'me', { server: 'beta', tool: 'work' })
  expect(book.of('c', 'me')).toBeUndefined()
  expect([book.of('b', 'you'), book.of(1, 'me'), book.serversOf('me')]).toEqual([
    undefined,
    undefined,
    ['alpha'],
  ])
})
