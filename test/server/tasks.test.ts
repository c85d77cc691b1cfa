import { expect, it } from 'vitest'
import { z } from 'zod'
import { openTaskBook } from '../../src/toolset/face/tasks/book.ts'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { READ } from '../helpers/passing.ts'
import { rawClient } from '../helpers/raw-client.ts'
import { type Exchange, rawUpstream } from '../helpers/raw-upstream.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

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

const EXTENSION = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const NEW_TIMES = { createdAt: '2026-01-01T00:00:00Z', lastUpdatedAt: '2026-01-01T00:00:00Z', ttlMs: 60_000 }
const QUESTION = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Really?', ours: [1, null] },
}
const WAITING = {
  resultType: 'complete',
  taskId: 't1',
  status: 'input_required',
  ...NEW_TIMES,
  inputRequests: { q: QUESTION },
  unknown: { to: 'everybody' },
}

/** A server whose calls are tasks of 2026-07-28 for clients that know them. */
function newTasks({ method, params }: Exchange): object {
  const can = (params._meta as Record<string, object>)['io.modelcontextprotocol/clientCapabilities']
  if (method === 'tools/call' && Object.hasOwn(can ?? {}, 'extensions'))
    return { result: { resultType: 'task', taskId: 't1', status: 'working', ...NEW_TIMES, more: [1] } }
  if (method === 'tools/call') return { result: { resultType: 'complete', content: [] } }
  return { result: method === 'tasks/get' ? WAITING : { resultType: 'complete' } }
}

async function newWorld() {
  const upstream = await rawUpstream({
    era: 'modern',
    lists: { tools: [READ] },
    capabilities: EXTENSION,
    answer: newTasks,
  })
  const mcp_servers = [{ name: 'alpha', url: upstream.url, trust_hints: true }]
  const served = await serving({ customers: [{ name: 'Acme', mcp_servers }] })
  const client = async (capabilities: object) =>
    rawClient(served.url('acme'), { era: 'modern', token: await served.token('acme'), capabilities })
  const call = { name: `alpha__${READ.name}`, arguments: {} }
  return { upstream, client, call }
}

it('a task of 2026-07-28 passes as it came, and so does everything that is asked and said about it', async () => {
  const { upstream, client, call } = await newWorld()
  const mine = await client({ ...EXTENSION, elicitation: {} })
  const { answer: discovered } = await mine.send('server/discover')
  expect(discovered.result?.capabilities).toMatchObject(EXTENSION)
  const { _meta, ...created } = (await mine.send('tools/call', call)).answer.result ?? {}
  expect(created).toEqual({
    resultType: 'task',
    taskId: 't1',
    status: 'working',
    ...NEW_TIMES,
    more: [1],
  })
  const { _meta: __, ...got } = (await mine.send('tasks/get', { taskId: 't1' })).answer.result ?? {}
  expect(got).toEqual(WAITING)
  const inputResponses = { q: { action: 'accept', content: { really: true } } }
  const updated = await mine.send('tasks/update', { taskId: 't1', inputResponses })
  expect(updated.answer.result).toMatchObject({ resultType: 'complete' })
  await mine.send('tasks/update', { taskId: 't1', inputResponses: {} })
  expect((await mine.send('tasks/cancel', { taskId: 't1' })).answer.result).toBeDefined()
  expect(upstream.calls('tasks/update').map(one => one.params.inputResponses)).toEqual([inputResponses, {}])
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
    expect(upstream.calls(method).map(one => one.headers['mcp-name'])).toContain('t1')
})

it('nobody else can ask for it, nor a client that does not know tasks', async () => {
  const { upstream, client, call } = await newWorld()
  const mine = await client(EXTENSION)
  const other = await client(EXTENSION)
  const plain = await client({})
  await mine.send('tools/call', call)
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    expect((await other.send(method, { taskId: 't1' })).answer.error?.code).toBe(-32_602)
    expect((await plain.send(method, { taskId: 't1' })).answer.error).toMatchObject({
      code: -32_021,
      data: { requiredCapabilities: EXTENSION },
    })
  }
  for (const method of ['tasks/list', 'tasks/result'])
    expect((await mine.send(method, { taskId: 't1' })).answer.error?.code).toBe(-32_601)
  expect((await plain.send('tools/call', call)).answer.result).toMatchObject({ content: [] })
  expect(upstream.received.filter(one => one.method?.startsWith('tasks/'))).toEqual([])
})

it('a task is still known when its door has been opened anew', async () => {
  const server = await taskServer()
  const mcp_servers = [{ name: 'alpha', url: server.url, trust_hints: true }]
  const served = await serving({ customers: [{ name: 'Acme', mcp_servers }] })
  const client = await served.client('acme', { mode: 'legacy' })
  const call = { method: 'tools/call', params: { name: 'alpha__work', arguments: {}, task: { ttl: 60_000 } } }
  await client.request(call, any)
  served.configure({ policy: [{ action: 'allow' }], customers: [{ name: 'Acme', mcp_servers }] })
  await until('the door is another one', () =>
    served.log.some(line => line.startsWith('configuration changed: serving')),
  )
  const params = { taskId: 'work-1' }
  expect(await client.request({ method: 'tasks/get', params }, any)).toMatchObject({ status: 'completed' })
})

it('what a server says of a task reaches the client that made it', async () => {
  const status = { taskId: 't1', status: 'working', ...TIMES }
  const upstream = await rawUpstream({
    era: 'legacy',
    lists: { tools: [READ] },
    capabilities: { tasks: { requests: { tools: { call: {} } } } },
    answer({ notify }) {
      notify('notifications/tasks/status', status)
      return { result: { task: status } }
    },
  })
  const mcp_servers = [{ name: 'alpha', url: upstream.url, trust_hints: true }]
  const { url, token } = await serving({ customers: [{ name: 'Acme', mcp_servers }] })
  const client = await rawClient(url('acme'), {
    era: 'legacy',
    token: await token('acme'),
    capabilities: { elicitation: {} },
  })
  const params = { name: `alpha__${READ.name}`, arguments: {}, task: { ttl: 60_000 } }
  const { messages } = await client.send('tools/call', params)
  expect(messages).toContainEqual({ jsonrpc: '2.0', method: 'notifications/tasks/status', params: status })
})
