// The gateway beside others over the same three servers, with the SDK's client: `npm run bench:peers`. A peer that cannot be
// installed is skipped, with the reason. Not part of CI.
//
// Each gateway speaks to the servers in the revision that it prefers. At 2025-11-25, the reference server sends an event before
// each answer, and its adapter waits on a timer: that costs supportmax and the pass-through about 1 ms a call that mcp-hub (an
// older revision) and mcp-proxy (stdio) do not pay. `npm run bench -- --gateway` compares at one revision.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@modelcontextprotocol/client'
import { median, milliseconds } from '../figure.ts'
import { everythingServers, megabytes, openProcesses } from '../gateway/processes.ts'
import { npmPeers } from './from-npm.ts'
import { liteLlm } from './litellm.ts'
import { lean, ours } from './ours.ts'
import { client, NEVER, type Peer, type Place } from './peer.ts'
import { toolHive } from './toolhive.ts'

const ROUNDS = 5
const CALLS = 300

const folder = mkdtempSync(join(tmpdir(), 'supportmax-peers-'))
const processes = openProcesses(join(folder, 'state'))
const place: Place = { processes, folder }
try {
  const others = [...(await npmPeers(place)), ...toolHive(place), ...liteLlm(place)]
  const peers = [lean(place), ours(place), ...others]
  await calls(peers)
  for (const peer of peers) await faults(peer)
} finally {
  await processes.end()
  rmSync(folder, { recursive: true, force: true })
}
// The SDK's client of a gateway that has ended tries again for ever.
process.exit()

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
  const healed = await within(async late => {
    while (!late.aborted) {
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
  const listed = await within(async late => {
    const { open } = await peer.start([...servers, { name: 'quiet', url: `http://127.0.0.1:${port}/mcp` }])
    const other = await open()
    late.addEventListener('abort', () => void other.close().catch(() => {}))
    while (!late.aborted && (await other.listTools()).tools.length === 0)
      await new Promise(resolve => setTimeout(resolve, 20))
  })
  console.log(
    `${peer.name}: start -> first tools beside a silent server: ${listed ? milliseconds(performance.now() - began) : 'never'}`,
  )
  silent.close()
  await processes.end()
}

/** Whether it was done in time. Its signal fires when the work is over, or too late. */
async function within(work: (late: AbortSignal) => Promise<void>): Promise<boolean> {
  const over = new AbortController()
  const late = new Promise<boolean>(resolve => setTimeout(resolve, NEVER, false).unref())
  try {
    return await Promise.race([
      work(over.signal).then(
        () => true,
        () => false,
      ),
      late,
    ])
  } finally {
    over.abort()
  }
}
