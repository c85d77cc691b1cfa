import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/mcp/endpoint.ts'
import { probe } from '../../src/mcp/probe.ts'
import { closing } from '../helpers/closing.ts'
import { echo, endpointOf, startServer } from '../helpers/mcp-servers.ts'
import { startProxy } from '../helpers/proxy.ts'

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
