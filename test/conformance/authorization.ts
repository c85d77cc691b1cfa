// Runs the suite's part for authorization servers on the one that our tests of sign-ins and of the door's JWTs use: what those
// tests show holds for a server that conforms. The specification asks nothing of an MCP server here; the door's own part is
// tested in test/server/identity.test.ts.
// Usage: authorization.ts SUITE

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_SCOPES } from '../../src/config/settings/identity.ts'
import { browse, startAuthorizationServer } from '../helpers/authorization-server.ts'
import { freePort } from '../helpers/ports.ts'

const [suite = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'supportmax-conformance-'))
const port = await freePort()
const client = {
  client_id: 'conformance',
  token_endpoint_auth_method: 'none',
  redirect_uris: [`http://127.0.0.1:${port}/callback`],
}
// The suite asks for no scope at all.
const { readScope, writeScope } = DEFAULT_SCOPES
const provider = await startAuthorizationServer(
  {},
  { clients: [client], jwtScopes: [readScope, writeScope], defaultScope: readScope },
)
try {
  console.log('== asked of authorization servers, of the one in our tests')
  const words = ['--url', provider.issuer, '--client-id', client.client_id, '--port', String(port)]
  const resource = ['--resource', 'http://127.0.0.1:7777/customers/acme/mcp']
  const child = spawn('node', [suite, 'authorization', ...words, ...resource, '--output-dir', folder])
  let output = ''
  let isVisited = false
  child.stdout.on('data', part => {
    output += part
    const [address] = /^http:\S+\/auth\?\S+(?=\n[\s\S]*Callback server started)/m.exec(output) ?? []
    if (address === undefined || isVisited) return
    isVisited = true
    void visit(address).catch(error => {
      console.error(error)
      child.kill()
    })
  })
  child.stderr.pipe(process.stderr)
  const [code] = await once(child, 'close')
  console.log(output.slice(Math.max(0, output.indexOf('=== SUMMARY ==='))).trim())
  process.exitCode = code === 0 ? 0 : 1
} finally {
  await provider.close()
  rmSync(folder, { recursive: true, force: true })
}

/** What a person does who allows everything. */
async function visit(address: string): Promise<void> {
  await (await fetch(await browse(address))).text()
}
