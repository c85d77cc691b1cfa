// Attempts to get a credential to somewhere else by editing the configuration, and what arrives there.

import { chmodSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { readEnvironment } from '../../src/config/env.ts'
import type { Server } from '../../src/config/project.ts'
import { status } from '../../src/stack/look/status.ts'
import { bindCredentials } from '../../src/stack/stack.ts'
import { closing } from './closing.ts'
import { newFolder } from './folder.ts'

/** The secret that must reach nobody but its owner. */
export const CANARY = 'canary-secret-of-acme-1'

/** Someone else, who writes down every byte that arrives. */
export interface Foreigner {
  port: number
  host: string
  connections(): number
  received(): string
}

export async function foreigner(host = '127.0.0.1'): Promise<Foreigner> {
  const parts: Buffer[] = []
  let count = 0
  const server = createServer(socket => {
    count++
    socket.on('error', () => {})
    socket.on('data', part => {
      parts.push(part)
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
    })
  })
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  closing(server)
  const { port } = server.address() as AddressInfo
  const received = () => Buffer.concat(parts).toString('latin1')
  return { port, host: host.includes(':') ? `[${host}]` : host, connections: () => count, received }
}

/** Whether a text has the secret: as it is, percent-encoded, or inside Base64. */
export function holdsCanary(text: string): boolean {
  const encoded = text.match(/[\w+/=-]{12,}/g) ?? []
  return [text, decoded(text), ...encoded.map(one => Buffer.from(one, 'base64').toString())].some(one =>
    one.includes(CANARY),
  )
}

function decoded(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

/** A folder with a configuration, and everything else that a person has. */
export interface World {
  folder: string
  variables: Record<string, string>
  /** Writes the configuration; a customer is its list of servers, by id. */
  configure(customers: Record<string, object[]>, more?: object): void
  write(name: string, text: string): string
  /** What a run of the program sees, as it is now. Throws for an invalid configuration. */
  open(): App
  /** Uses everything of the project: asks every server and platform. Says what became of each server. */
  use(): Promise<Outcome[]>
  /** Binds what a start of this server would use, and says what it would get. */
  start(customer?: string, at?: number): Outcome & { values: string[] }
}

export interface Outcome {
  server: string
  state: string
  reason: string
}

export function world(): World {
  const folder = newFolder()
  const variables: Record<string, string> = {
    HOME: folder,
    PATH: '/nonexistent',
    XDG_STATE_HOME: join(folder, 'state'),
  }
  const config = join(folder, 'mcp_servers.json')
  const open = () => openApp({ config, runtime: 'local', environment: readEnvironment(variables) })
  return {
    folder,
    variables,
    open,
    configure(customers, more = {}) {
      const list = Object.entries(customers).map(([id, servers]) => ({ name: id, id, mcp_servers: servers }))
      writeFileSync(config, JSON.stringify({ project: 'spliced', customers: list, ...more }))
    },
    write(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text)
      chmodSync(path, 0o600)
      return path
    },
    async use() {
      const app = open()
      try {
        const report = await status(app.stack, app.project.customers, { strays: 'left-out' })
        for (const customer of app.project.customers) await app.toolsetFor(customer)
        await (await app.coordinator()).checkAll(AbortSignal.timeout(5_000))
        return report.servers.map(one => ({
          server: `${one.customer}/${one.server}`,
          state: one.state,
          reason: one.reason,
        }))
      } finally {
        await app.close()
      }
    },
    start(customer = 'acme', at = 0) {
      const { stack, project } = open()
      const server = project.customers.find(one => one.id === customer)?.servers[at] as Server
      bindCredentials(stack, [server])
      const [refused] = stack.state.bindings.refusalsOf({ server })
      return {
        server: `${customer}/${server.name}`,
        state: refused ? 'missing_credentials' : 'may start',
        reason: refused?.reason ?? '',
        values: [...stack.state.secrets(server).values()],
      }
    },
  }
}
