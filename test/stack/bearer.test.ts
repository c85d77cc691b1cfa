// The bearer token of an external server is rotated while a chat is open.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import type { ConnectionPool } from '../../src/mcp/pool.ts'
import { placeIn } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer } from '../helpers/mcp-servers.ts'

const KEY = { customer: 'acme', server: 'wiki' }

let folder: string
beforeEach(() => {
  folder = newFolder()
})

/** An open connection to a server that wants this token, and how to make it want another one. */
async function connected(secrets: unknown): Promise<{ pool: ConnectionPool; want(token: string): void }> {
  const options = {
    kind: 'legacy' as const,
    token: 'first-token-of-the-wiki',
    tools: [{ name: 'read', run: () => 'a page' }],
  }
  const { url } = closing(await startServer(options))
  const server = { name: 'wiki', url, auth: { bearer_env: 'WIKI' }, read_only_tools: ['read'] }
  const config = join(folder, 'mcp_servers.json')
  writeFileSync(config, JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [server] }], secrets }))
  const app = closing(openApp({ config, environment: readEnvironment(placeIn(folder).env) }))
  app.stack.state.consent.allow([], [], Object.entries(app.project.secrets.from))
  const [customer] = app.project.customers
  if (!customer) throw new Error('no customer')
  return {
    pool: await app.connectionsTo(customer),
    want(token) {
      options.token = token
    },
  }
}

async function read(pool: ConnectionPool): Promise<string> {
  const result = await pool.call(KEY, 'read', {}, { repeatable: true })
  return 'state' in result ? `${result.state}: ${result.reason}` : result.text
}

describe('a bearer token that was rotated', () => {
  it('in the credentials file is used by the open connection at once', async () => {
    const file = join(folder, 'mcp_credentials.env')
    writeFileSync(file, 'WIKI=first-token-of-the-wiki', { mode: 0o600 })
    const { pool, want } = await connected(undefined)
    expect(await read(pool)).toBe('a page')
    want('second-token-of-the-wiki')
    writeFileSync(file, 'WIKI=second-token-of-the-wiki')
    expect(await read(pool)).toBe('a page')
  })

  it('at a command is asked for again when the server refuses the previous one, but not every moment', async () => {
    const [value, count] = [join(folder, 'value'), join(folder, 'count')]
    writeFileSync(value, 'first-token-of-the-wiki')
    const command = ['sh', '-c', `echo x >> ${count}; cat ${value}`]
    const { pool, want } = await connected({ from: { WIKI: { command } } })
    expect(await read(pool)).toBe('a page')
    want('second-token-of-the-wiki')
    writeFileSync(value, 'second-token-of-the-wiki')
    // It was asked for a moment ago.
    await expect(read(pool)).rejects.toThrow('not authorized (HTTP 401)')
  })
})
