// What an environment that switches off the verification of certificates changes: nothing.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCertificates } from '../helpers/certificates.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

let place: Place
let requests: string[]
let close: () => void

/** An MCP server and a model platform, both behind a certificate of a CA that is not trusted. */
beforeEach(async () => {
  const { cert, key } = createCertificates().cert('server')
  requests = []
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (req, res) => {
    requests.push(`${req.url} ${req.headers.authorization}`)
    res.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  place = withoutDocker(
    placeIn(newFolder(), {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      ACME_TOKEN: 'a-token-for-acme-alone',
      MODEL_KEY: 'a-key-for-the-model',
    }),
  )
  const document = {
    runtime: 'local',
    platforms: { mine: { base_url: `${address}/v1`, model: 'm', api_key_env: 'MODEL_KEY' } },
    customers: [
      {
        name: 'Acme',
        mcp_servers: [
          { type: 'alertmanager', url: `${address}/mcp`, managed: false, bearer_env: 'ACME_TOKEN' },
        ],
      },
    ],
  }
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify(document))
})
afterEach(() => close())

it.each([
  [['status']],
  [['tools', 'acme']],
  [['platforms']],
  [['chat', '--customer', 'acme', '-p', 'is all well?']],
])('no credential goes to a server with an untrusted certificate: %j', async args => {
  const { stdout, stderr } = await supportmax(place, ...args)
  expect(requests).toEqual([])
  expect(stdout + stderr).toMatch(/its certificate is from a CA that is not trusted/)
  expect(stderr).not.toContain('Warning')
})
