// A running server in this process, for a project of its own, and real clients of it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { openTokens } from '../../src/access/tokens/tokens.ts'
import { openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import type { Access } from '../../src/config/project.ts'
import { serve } from '../../src/server/serve.ts'
import { closing } from './closing.ts'
import { newFolder } from './folder.ts'
import { freePort } from './ports.ts'
import { until } from './until.ts'

export interface Serving {
  port: number
  folder: string
  /** Folder of the project's state. */
  state: string
  /** Lines that the server wrote. */
  log: string[]
  url(customer: string): string
  token(customer: string, role?: Access): Promise<string>
  /** A connected client of this customer's door. */
  client(customer: string, options?: ClientWish): Promise<Client>
  /** Replaces the configuration. */
  configure(config: object): void
  stop(): Promise<void>
}

export interface ClientWish {
  role?: Access
  token?: string
  mode?: 'auto' | 'legacy'
  capabilities?: Record<string, object>
  headers?: Record<string, string>
}

/**
 * Serves until the test is over.
 *
 * @param prepare called with the project's folder before it is served
 */
export async function serving(config: object, prepare?: (folder: string) => void): Promise<Serving> {
  const folder = newFolder()
  const file = join(folder, 'mcp_servers.json')
  const configure = (config: object) => writeFileSync(file, JSON.stringify({ runtime: 'local', ...config }))
  configure(config)
  prepare?.(folder)
  const environment = readEnvironment({ HOME: folder, XDG_STATE_HOME: join(folder, 'state') })
  const app = openApp({ config: file, environment })
  const port = await freePort()
  const end = new AbortController()
  const log: string[] = []
  const ended = serve(app, { port, origins: [], log: text => void log.push(text) }, end.signal)
  const stop = async () => {
    end.abort()
    await ended
    await app.close()
  }
  closing({ close: stop })
  const state = app.stack.state.folder
  const url = (customer: string) => `http://127.0.0.1:${port}/customers/${customer}/mcp`
  const isReady = async () =>
    (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true
  await Promise.race([until('the server is ready', isReady), ended])
  let names = 0
  const token = async (customer: string, role: Access = 'read-only') => {
    const wanted = { customer, role, lifetimeMs: 600_000, name: `test-${++names}` }
    return (await openTokens(state).create(wanted)).token
  }
  return {
    port,
    folder,
    state,
    log,
    url,
    token,
    configure,
    stop,
    async client(customer, { role, mode = 'auto', capabilities = {}, headers = {}, token: given } = {}) {
      const bearer = given ?? (await token(customer, role))
      const requestInit = { headers: { ...headers, authorization: `Bearer ${bearer}` } }
      const transport = new StreamableHTTPClientTransport(new URL(url(customer)), { requestInit })
      const client = new Client(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode }, capabilities },
      )
      await client.connect(transport)
      return closing(client)
    },
  }
}
