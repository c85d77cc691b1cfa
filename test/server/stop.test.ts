import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { closing } from '../helpers/closing.ts'
import { startServer } from '../helpers/mcp-servers.ts'
import { serving } from '../helpers/serving.ts'

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
