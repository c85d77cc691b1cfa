import { expect, it } from 'vitest'
import type { ConnectionPool } from '../../src/mcp/pool.ts'
import { ownPools } from '../../src/server/own-pools.ts'
import { closing } from '../helpers/closing.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { freePort } from '../helpers/ports.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

const echo: ToolSketch = {
  name: 'echo',
  annotations: { readOnlyHint: true },
  run: ({ text }) => `echo ${text}`,
}

it('a client that can be asked waits for a restarting server with its first call, too', async () => {
  const port = await freePort()
  const before = await startServer({ kind: 'legacy', tools: [echo], port })
  const { client: open } = await serving({
    customers: [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url: before.url, trust_hints: true }] }],
  })
  const client = await open('acme', { mode: 'legacy', capabilities: { elicitation: {} } })
  expect((await client.listTools()).tools).toHaveLength(1)
  await before.close()
  const result = client.callTool({ name: 'alpha__echo', arguments: { text: 'hi' } })
  closing(await startServer({ kind: 'legacy', tools: [echo], port }))
  expect(await result).toMatchObject({ content: [{ text: 'echo hi' }] })
})

it('a hundred clients have connections of their own, until some of them leave', async () => {
  let opened = 0
  const log: string[] = []
  const { open, close } = ownPools(
    { id: 'acme' },
    text => void log.push(text),
    () => {
      opened++
      return { close: async () => {} } as ConnectionPool
    },
  )
  const listener = { capabilities: {}, onRequest: async () => ({}), onNotice() {} }
  const pools = Array.from({ length: 103 }, () => open(listener))
  expect([opened, pools.filter(pool => pool === undefined).length]).toEqual([100, 3])
  expect(log).toEqual(['acme: 100 clients have their own connections; servers cannot ask further ones'])
  await pools[0]?.close()
  await pools[0]?.close()
  expect([open(listener) !== undefined, open(listener) !== undefined]).toEqual([true, false])
  await close()
  expect(open(listener)).toBeDefined()
})

it('a client that can be asked loses its connections with a rule that denies what it had', async () => {
  const open = new Set<unknown>()
  const upstream = closing(
    await startServer({
      kind: 'legacy',
      tools: [echo],
      async admit({ method, headers }) {
        const session = headers['mcp-session-id']
        if (session !== undefined && method === 'DELETE') open.delete(session)
        else if (session !== undefined) open.add(session)
        return true
      },
    }),
  )
  const customers = [{ name: 'Acme', mcp_servers: [{ name: 'alpha', url: upstream.url, trust_hints: true }] }]
  const { client: openClient, configure } = await serving({ customers })
  const client = await openClient('acme', { mode: 'legacy', capabilities: { elicitation: {} } })
  await client.callTool({ name: 'alpha__echo', arguments: { text: 'hi' } })
  const before = [...open]
  expect(before).toHaveLength(2)
  // It asks for nothing any more.
  configure({ customers, policy: [] })
  await until('its connections are closed', () => before.every(one => !open.has(one)))
})
