import { createServer, request } from 'node:http'
import { type AddressInfo, connect as openSocket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/mcp/endpoint.ts'
import { probe } from '../../src/mcp/probe.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, startServer } from '../helpers/mcp-servers.ts'

interface Proxy {
  url: string
  port: number
  seen: string[]
}

/** A forwarding and tunnelling proxy; with `credentials`, it asks for them. */
async function startProxy({
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

async function through(proxy: Endpoint['proxy'], kind: 'modern' | 'legacy' | 'sse' = 'modern') {
  const server = await startServer({ kind, tools: [echo] })
  closing(server)
  return { server, found: await probe(endpointOf(server, { proxy })) }
}

describe("a customer's proxy", () => {
  it.each(['modern', 'legacy', 'sse'] as const)(
    'carries all requests to an external %s server',
    async kind => {
      const proxy = await startProxy()
      const { found, server } = await through({ url: proxy.url, except: '' }, kind)
      expect(found).toMatchObject({ state: 'ready', tools: 1 })
      expect(proxy.seen.length).toBeGreaterThan(1)
      expect(proxy.seen.every(line => line.includes(`127.0.0.1:${server.port}`))).toBe(true)
    },
  )

  it('is left out for a host in no_proxy', async () => {
    const proxy = await startProxy()
    const { found } = await through({ url: proxy.url, except: 'example.com,127.0.0.1' })
    expect(found.state).toBe('ready')
    expect(proxy.seen).toEqual([])
  })

  it('gets its credentials, and is named when it rejects them', async () => {
    const proxy = await startProxy({ credentials: 'us er:p:w' })
    const withUser = (user: string) => ({ url: `http://${user}@127.0.0.1:${proxy.port}`, except: '' })
    expect((await through(withUser('us%20er:p%3Aw'))).found.state).toBe('ready')
    const { found } = await through(withUser('us%20er:wrong'))
    expect(found.reason).toBe(`proxy 127.0.0.1:${proxy.port}: the proxy requires authentication (HTTP 407)`)
    expect(found.hint).toContain('check the credentials in "proxy": http://')
  })

  it('is named when it is down, and not the server behind it', async () => {
    const { found } = await through({ url: 'http://127.0.0.1:1', except: '' })
    expect(found.state).toBe('unhealthy')
    expect(found.reason).toBe('proxy 127.0.0.1:1: connection refused')
    expect(found.hint).toBe('check "proxy", or add the host to "no_proxy"')
  })

  it('is named when its host name is unknown', async () => {
    const { found } = await through({ url: 'http://no-such-proxy.invalid:3128', except: '' })
    expect(found.reason).toMatch(
      /^proxy no-such-proxy.invalid:3128: (unknown host name|host name lookup failed)$/,
    )
  })

  it('is named when it does not open a tunnel', async () => {
    const proxy = await startProxy({ refuse: 403 })
    const endpoint = endpointOf(
      { url: 'https://mcp.acme.example/mcp' },
      { proxy: { url: proxy.url, except: '' } },
    )
    const found = await probe(endpoint)
    expect(found.reason).toBe(
      `proxy 127.0.0.1:${proxy.port}: it does not connect to mcp.acme.example: forbidden (HTTP 403)`,
    )
  })
})
