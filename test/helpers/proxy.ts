import { createServer, request } from 'node:http'
import { type AddressInfo, connect as openSocket } from 'node:net'
import { closing } from './closing.ts'

export interface Proxy {
  url: string
  port: number
  seen: string[]
}

/**
 * A forwarding and tunnelling proxy on 127.0.0.1, closed after the test; every host is on this machine for it. With
 * `credentials`, it asks for them.
 */
export async function startProxy({
  credentials,
  refuse,
}: {
  credentials?: string
  refuse?: number
} = {}): Promise<Proxy> {
  const seen: string[] = []
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const server = createServer((req, res) => {
    seen.push(`${req.method} ${req.url}`)
    if (wanted && req.headers['proxy-authorization'] !== wanted) return res.writeHead(407).end()
    if (refuse) return res.writeHead(refuse).end('the proxy says no')
    const { port, pathname, search } = new URL(req.url ?? '')
    const onward = request(
      { port, path: pathname + search, method: req.method, headers: req.headers },
      answer => {
        res.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(res)
      },
    )
    onward.on('error', () => res.destroy())
    return req.pipe(onward)
  })
  server.on('connect', (req, socket) => {
    seen.push(`CONNECT ${req.url}`)
    if (wanted && req.headers['proxy-authorization'] !== wanted) return socket.end('HTTP/1.1 407 no\r\n\r\n')
    if (refuse) return socket.end(`HTTP/1.1 ${refuse} no\r\n\r\n`)
    const onward = openSocket(Number(req.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 ok\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    return onward.on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing({
    async close() {
      server.closeAllConnections()
      server.close()
    },
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, seen }
}
