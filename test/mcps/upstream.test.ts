import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type UpstreamRequest, upstream } from '../../src/mcps/upstream/ask.ts'
import { jsonOf } from '../../src/mcps/upstream/reply.ts'

const thing = upstream('Thing', {})
const hasty = upstream('Thing', {}, { timeout: 100 })

describe('a request to the upstream system', () => {
  let server: Server | undefined
  afterEach(() => server?.closeAllConnections())

  async function behind(answer: Parameters<typeof createServer>[1]): Promise<UpstreamRequest> {
    server = createServer(answer ?? (() => {}))
    await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return { url: new URL(`http://127.0.0.1:${port}/`), signal: new AbortController().signal }
  }

  it('times out, also in the middle of a reply', async () => {
    const silent = await behind(() => {})
    await expect(hasty.ask(silent)).rejects.toThrow('Thing timed out after 0.1 s')
    const slow = await behind((_req, res) => void res.writeHead(200).write('{'))
    await expect(hasty.ask(slow)).rejects.toThrow('Thing timed out after 0.1 s')
  })

  it('names a port to which no web client connects', async () => {
    const request = { url: new URL('http://127.0.0.1:6000/'), signal: new AbortController().signal }
    await expect(thing.ask(request)).rejects.toThrow(
      'cannot reach Thing: web clients refuse to connect to port 6000',
    )
  })

  it('stops reading an endless reply', async () => {
    const endless = await behind((_req, res) => {
      const more = () => res.write(Buffer.alloc(1024 * 1024)) && setImmediate(more)
      res.on('drain', more)
      more()
    })
    await expect(thing.ask(endless)).rejects.toThrow('Thing returned more than 32 MB')
  })

  it('follows no redirect, since that could carry credentials elsewhere, and says where it leads', async () => {
    const away = await behind((_req, res) => {
      res.writeHead(302, { location: 'https://sso.example/login?secret=1' }).end()
    })
    const reply = await thing.ask(away)
    expect(() => jsonOf('Thing', reply)).toThrow(
      'Thing redirected (HTTP 302) to https://sso.example: check its URL',
    )
  })

  it('returns nothing for an empty body, and reports an error without a message by its status', async () => {
    const empty = await behind((req, res) => void res.writeHead(req.method === 'DELETE' ? 200 : 502).end())
    expect(jsonOf('Thing', await thing.ask({ ...empty, method: 'DELETE' }))).toBeUndefined()
    const failed = await thing.ask(empty)
    expect(() => jsonOf('Thing', failed)).toThrow(
      'Thing: bad gateway: the proxy in front got no valid response (HTTP 502)',
    )
  })
})
