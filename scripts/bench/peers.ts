// The gateway beside others over the same three servers, with the SDK's client: `npm run bench:peers`. A peer that cannot be
// installed is skipped, with the reason. Not part of CI.
//
// Each gateway speaks to the servers in the revision that it prefers. At 2025-11-25, the reference server sends an event before
// each answer, and its adapter waits on a timer: that costs supportmax and the pass-through about 1 ms a call that mcp-hub (an
// older revision) and mcp-proxy (stdio) do not pay. `npm run bench -- --gateway` compares at one revision.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { freePort } from '../../test/helpers/ports.ts'
import { installed } from '../npm-cache.ts'
import { median, milliseconds } from './figure.ts'
import {
  EVERYTHING,
  everythingServers,
  megabytes,
  openProcesses,
  PROGRAM,
  project,
  type Upstream,
} from './gateway/processes.ts'

const PEERS = ['mcp-hub@4.2.1', 'mcp-proxy@6.7.19']
const ROUNDS = 5
const CALLS = 300
/** Milliseconds after which "never" is said. */
const NEVER = 30_000

interface Peer {
  name: string
  /** What one of its servers' `echo` is called. */
  tool: string
  start(servers: readonly Upstream[]): Promise<{ process: ChildProcess; open(): Promise<Client> }>
}

let projects = 0
const folder = mkdtempSync(join(tmpdir(), 'supportmax-peers-'))
const processes = openProcesses(join(folder, 'state'))
try {
  const cache = await peersFolder()
  const peers = [lean(), ours(), ...(cache ? [hub(cache), proxy(cache)] : [])]
  await calls(peers)
  for (const peer of peers) await faults(peer)
} finally {
  await processes.end()
  rmSync(folder, { recursive: true, force: true })
}

/** Where the peers are installed; undefined if they cannot be. */
async function peersFolder(): Promise<string | undefined> {
  const found = await installed('peers', PEERS)
  if ('folder' in found) return found.folder
  console.log(`skipped: ${found.reason}`)
  return undefined
}

async function client(transport: 'http' | 'sse', url: string, token?: string): Promise<Client> {
  const requestInit = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }
  const Transport = transport === 'http' ? StreamableHTTPClientTransport : SSEClientTransport
  for (const end = Date.now() + NEVER; ; ) {
    const one = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
    try {
      await one.connect(new Transport(new URL(url), { requestInit }), { timeout: NEVER })
      return one
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}

function lean(): Peer {
  return {
    name: 'lean pass-through',
    tool: 'alpha__echo',
    async start(servers) {
      const port = await freePort()
      const words = servers.map(({ name, url }) => `${name}=${url}`)
      const process = await processes.start(
        ['scripts/bench/gateway/lean.ts', String(port), '2025-11-25', ...words],
        /listening/,
      )
      return { process, open: () => client('http', `http://127.0.0.1:${port}/`) }
    },
  }
}

function ours(): Peer {
  return {
    name: 'supportmax',
    tool: 'alpha__echo',
    async start(servers) {
      const port = await freePort()
      const { config, token } = project(processes, join(folder, `project-${++projects}`), servers)
      const words = [PROGRAM, '--config', config, 'serve', '--port', String(port)]
      const process = await processes.start(words, /serving/)
      return { process, open: () => client('http', `http://127.0.0.1:${port}/customers/acme/mcp`, token) }
    },
  }
}

function hub(cache: string): Peer {
  return {
    name: 'mcp-hub 4.2.1',
    tool: 'alpha__echo',
    async start(servers) {
      const port = await freePort()
      const config = join(folder, `hub-${port}.json`)
      const mcpServers = Object.fromEntries(servers.map(({ name, url }) => [name, { url }]))
      writeFileSync(config, JSON.stringify({ mcpServers }))
      const program = join(cache, 'node_modules/mcp-hub/dist/cli.js')
      const process = await processes.start([program, '--port', String(port), '--config', config], /./)
      return { process, open: () => client('sse', `http://127.0.0.1:${port}/mcp`) }
    },
  }
}

/** It has one server, which it starts itself. */
function proxy(cache: string): Peer {
  return {
    name: 'mcp-proxy 6.7.19 (one server)',
    tool: 'echo',
    async start() {
      const port = await freePort()
      const program = join(cache, 'node_modules/mcp-proxy/dist/bin/mcp-proxy.mjs')
      const words = ['--port', String(port), '--host', '127.0.0.1', '--server', 'stream', '--no-eventStore']
      const started = await processes.start([program, ...words, '--', 'node', EVERYTHING, 'stdio'], /./)
      return { process: started, open: () => client('http', `http://127.0.0.1:${port}/mcp`) }
    },
  }
}

function echo(one: Client, tool: string) {
  return one.callTool({ name: tool, arguments: { message: 'hello' } }, { timeout: NEVER })
}

/** Some open their port before they have their tools. */
async function untilListed(one: Client, tool: string): Promise<void> {
  const isListed = async () => (await one.listTools()).tools.some(({ name }) => name === tool)
  for (const end = Date.now() + NEVER; Date.now() < end && !(await isListed()); )
    await new Promise(resolve => setTimeout(resolve, 50))
}

/** In interleaved rounds. */
async function calls(peers: readonly Peer[]): Promise<void> {
  const servers = await everythingServers(processes, ['alpha', 'beta', 'gamma'])
  const direct = await client('http', servers[0]?.url ?? '')
  const all = [{ name: 'direct', tool: 'echo', one: direct, process: undefined as ChildProcess | undefined }]
  for (const peer of peers) {
    const { process, open } = await peer.start(servers)
    const one = await open()
    await untilListed(one, peer.tool)
    all.push({ name: peer.name, tool: peer.tool, one, process })
  }
  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  const rates = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, tool, one } of all) {
      for (let n = 0; n < CALLS; n++) {
        const began = performance.now()
        await echo(one, tool)
        times.get(name)?.push(performance.now() - began)
      }
      const began = performance.now()
      let left = CALLS
      const worker = async () => {
        while (left-- > 0) await echo(one, tool)
      }
      await Promise.all(Array.from({ length: 16 }, worker))
      rates.get(name)?.push(CALLS / ((performance.now() - began) / 1000))
    }
  const base = median(times.get('direct') ?? [])
  for (const { name, process } of all) {
    const p50 = median(times.get(name) ?? [])
    const memory = process ? `, ${Math.round(megabytes(process))} MiB` : ''
    const rate = Math.round(median(rates.get(name) ?? []))
    console.log(
      `${name}: p50 ${milliseconds(p50)} (${(p50 / base).toFixed(2)} x direct), ${rate} calls/s at 16${memory}`,
    )
  }
  await Promise.all(all.map(({ one }) => one.close().catch(() => {})))
  await processes.end()
}

/** A server that restarts, and one that never answers. */
async function faults(peer: Peer): Promise<void> {
  if (peer.tool === 'echo')
    return console.log(`${peer.name}: restart and silence: not asked, it has one server`)
  const servers = await everythingServers(processes, ['alpha', 'beta'])
  const { open } = await peer.start(servers)
  const one = await open()
  await untilListed(one, peer.tool)
  await echo(one, peer.tool)
  const [alpha] = servers
  await processes.endAt(alpha?.url ?? '')
  await processes.startAt(alpha?.url ?? '')
  const back = performance.now()
  const healed = await within(async () => {
    for (;;) {
      const answer = await echo(one, peer.tool).catch(() => undefined)
      if (answer && answer.isError !== true) return
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })
  console.log(
    `${peer.name}: a call after a restarted server: ${healed ? milliseconds(performance.now() - back) : 'never'}`,
  )
  await one.close().catch(() => {})
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const began = performance.now()
  const listed = await within(async () => {
    const { open } = await peer.start([...servers, { name: 'quiet', url: `http://127.0.0.1:${port}/mcp` }])
    const other = await open()
    while ((await other.listTools()).tools.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  })
  console.log(
    `${peer.name}: start -> first tools beside a silent server: ${listed ? milliseconds(performance.now() - began) : 'never'}`,
  )
  silent.close()
  await processes.end()
}

/** Whether it was done in time. */
async function within(work: () => Promise<void>): Promise<boolean> {
  const late = new Promise<boolean>(resolve => setTimeout(resolve, NEVER, false).unref())
  return Promise.race([
    work().then(
      () => true,
      () => false,
    ),
    late,
  ])
}
