import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'
import { until } from '../helpers/until.ts'

it('a connection without a request does not hold the end of the server', async () => {
  const upstream = closing(await startServer({ kind: 'legacy', tools: [] }))
  const server = { name: 'wiki', url: upstream.url }
  const { port, stop } = await serving({ customers: [{ name: 'Acme', mcp_servers: [server] }] })
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n')
  const ended = once(socket, 'close').then(() => 'the client')
  // If the server waited for the rest of the request, it would end after its longest wait.
  const first = await Promise.race([ended, stop().then(() => 'the server')])
  expect(first).toBe('the client')
  await stop()
})

it('the end of the server ends its sessions with upstreams, also those of an older configuration', async () => {
  const opened = new Set<unknown>()
  const ended = new Set<unknown>()
  const upstream = closing(
    await startServer({
      kind: 'legacy',
      tools: [],
      async admit({ method, headers }) {
        const session = headers['mcp-session-id']
        if (session !== undefined) (method === 'DELETE' ? ended : opened).add(session)
        return true
      },
    }),
  )
  const server = (name: string) => ({ name, url: upstream.url })
  const { configure, log, stop } = await serving({
    customers: [{ name: 'Acme', mcp_servers: [server('wiki')] }],
  })
  await until('the first session is open', () => opened.size === 1)
  configure({ customers: [{ name: 'Acme', mcp_servers: [server('wiki2')] }] })
  await until('the configuration is applied', () =>
    log.some(line => line.startsWith('configuration changed')),
  )
  await until('the second session is open', () => opened.size === 2)
  await stop()
  expect(ended).toEqual(opened)
})
