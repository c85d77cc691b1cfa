import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DIRECT, directFetch } from '../../src/platforms/direct-fetch.ts'
import type { PlatformFault } from '../../src/platforms/platform.ts'
import { type FakePlatforms, startFakePlatforms } from '../fake-platforms/start.ts'
import { ALL, all, credentialsFile, openVertex } from './vendors.ts'

let elsewhere: string
let seen: string[] = []
let fake: FakePlatforms
const servers: Server[] = []
const seeing = ({ method, url }: IncomingMessage) => seen.push(`${method} ${url}`)

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server that gives this answer to every request of a platform; Google's tokens come from the fake. */
function standIn(url: string): FakePlatforms {
  return { ...fake, url: () => url }
}

function openAt({ instance, open }: (typeof ALL)[number], url: string) {
  return instance === 'vertex' ? openVertex(standIn(url), credentialsFile(fake)) : open(standIn(url))
}

async function refusalsOf(vendor: (typeof ALL)[number], url: string): Promise<(PlatformFault | undefined)[]> {
  const platform = openAt(vendor, url)
  const probed = platform.probe(new AbortController().signal).then(
    () => undefined,
    (fault: PlatformFault) => fault,
  )
  return [(await all(platform)).fault, await probed]
}

beforeAll(async () => {
  fake = await startFakePlatforms()
  elsewhere = await serving((req, res) => {
    seeing(req)
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {}\n\n')
  })
})
beforeEach(() => {
  seen = []
})
afterAll(async () => {
  await fake.close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

describe.each(ALL)('$instance', vendor => {
  it.each([301, 302, 303, 307, 308])('does not follow a %i, and names its target', async status => {
    const asked: string[] = []
    const url = await serving((req, res) => {
      asked.push(req.method ?? '')
      req.resume()
      res.writeHead(status, { location: `${elsewhere}/taken?token=abc` }).end()
    })
    for (const fault of await refusalsOf(vendor, url)) {
      expect(fault?.kind).toBe('network')
      expect(fault?.message).toBe(
        `${status}: redirected to ${elsewhere}, which supportmax does not follow: check base_url or endpoint`,
      )
    }
    expect(asked.sort()).toEqual(['GET', 'POST'])
    expect(seen).toEqual([])
  })

  it('accepts a web page neither as an answer nor as a model list', async () => {
    const url = await serving((req, res) => {
      req.resume()
      res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>sign in</html>')
    })
    const told = (await refusalsOf(vendor, url)).map(fault => [fault?.kind, fault?.message])
    expect(told).toEqual([
      ['network', 'the response was a web page, not an event stream: check base_url or endpoint'],
      ['not_found', 'the response was a web page, not a model list: check base_url or endpoint'],
    ])
  })
})

describe.each(ALL)('the model list of $instance', vendor => {
  const listed = async (body: string) => {
    const url = await serving((_req, res) =>
      res.writeHead(200, { 'content-type': 'application/json' }).end(body),
    )
    const probing = openAt(vendor, url).probe(new AbortController().signal)
    return probing.then(
      () => 'ready',
      (fault: PlatformFault) => [fault.kind, fault.message],
    )
  }

  it.each(['{}', 'null', '"hello"', '{"status":"ok","data":{"models":3}}', '[', ''])(
    'is not %s',
    async body => {
      const words = 'the response was not a model list: check base_url or endpoint'
      expect(await listed(body)).toEqual(['not_found', words])
    },
  )

  it.each([
    '{"object":"list","data":null}',
    '{"data":[]}',
    '{"models":[]}',
    '{"publisherModels":[]}',
    '{"nextPageToken":"a"}',
    '[]',
  ])('may be %s', async body => {
    expect(await listed(body)).toBe('ready')
  })
})

it('a port to which no web client connects is named', async () => {
  await expect(directFetch('mine', DIRECT)('http://127.0.0.1:6000/v1')).rejects.toThrow(
    'web clients refuse to connect to port 6000: check base_url or endpoint',
  )
})

it("the impersonation of Google's sign-in does not follow redirects either", async () => {
  const url = await serving((req, res) => {
    req.resume()
    res.writeHead(307, { location: `${elsewhere}/token` }).end()
  })
  const file = credentialsFile(fake)
  const impersonating = {
    ...JSON.parse(readFileSync(file, 'utf8')),
    service_account_impersonation_url: `${url}/v1/serviceAccounts/a@p1.example:generateAccessToken`,
  }
  writeFileSync(file, JSON.stringify(impersonating))
  const { fault } = await all(openVertex(fake, file))
  expect(fault?.message).toContain('does not follow')
  expect([fault?.kind, fault?.cause]).toEqual(['network', undefined])
  expect(seen).toEqual([])
})
