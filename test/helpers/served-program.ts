// `supportmax serve` in a process of its own, and what that process holds. Linux only.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { placeIn, startSupportmax, supportmax, withoutDocker } from './cli.ts'
import { closing } from './closing.ts'
import { newFolder } from './folder.ts'
import { freePort } from './ports.ts'
import { until } from './until.ts'

export interface ServedProgram {
  port: number
  url(customer: string): string
  token(customer: string): Promise<string>
  /** A connected client. */
  client(customer: string, capabilities?: object): Promise<Client>
  held(): { megabytes: number; handles: number }
  /** From now on, peak() counts. */
  watch(): void
  /** Megabytes that it held at most. */
  peak(): number
}

/** Serves these customers until the test is over, each with one external server. */
export async function servedProgram(servers: Record<string, string>): Promise<ServedProgram> {
  // Little garbage, so that what it holds is what it needs. More would end it.
  const NODE_OPTIONS = '--max-old-space-size=96 --max-semi-space-size=4'
  const place = withoutDocker(placeIn(newFolder(), { NODE_OPTIONS }))
  const customers = Object.entries(servers).map(([name, url]) => ({
    name,
    mcp_servers: [{ name: 'alpha', url, trust_hints: true }],
  }))
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers }))
  const port = await freePort()
  const { child, ended } = startSupportmax(place, 'serve', '--port', String(port))
  const close = async () => {
    child.kill('SIGKILL')
    await ended
  }
  closing({ close })
  await until('serve is ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
  const url = (customer: string) => `http://127.0.0.1:${port}/customers/${customer}/mcp`
  const token = async (customer: string) =>
    (await supportmax(place, 'token', 'create', '--customer', customer)).stdout.trim()
  const kilobytes = (field: string) =>
    Number(
      new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1],
    )
  return {
    port,
    url,
    token,
    async client(customer, capabilities = {}) {
      const requestInit = { headers: { authorization: `Bearer ${await token(customer)}` } }
      const client = new Client(
        { name: 'test', version: '1' },
        { capabilities, versionNegotiation: { mode: 'legacy' } },
      )
      await client.connect(new StreamableHTTPClientTransport(new URL(url(customer)), { requestInit }))
      return closing(client)
    },
    held: () => ({
      megabytes: Math.round(kilobytes('VmRSS') / 1024),
      handles: readdirSync(`/proc/${child.pid}/fd`).length,
    }),
    // Source: proc_pid_clear_refs(5): 5 sets the peak to what is held now.
    watch: () => writeFileSync(`/proc/${child.pid}/clear_refs`, '5'),
    peak: () => Math.round(kilobytes('VmHWM') / 1024),
  }
}
