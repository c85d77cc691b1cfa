// A command of its own for each session.

import { existsSync } from 'node:fs'
import { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import { connect as connectAsAgent } from '../../src/mcp/connect.ts'
import { probe } from '../../src/mcp/probe.ts'
import { openOwnSessions } from '../../src/mcps/bridge/own-sessions.ts'
import { openSessions } from '../../src/mcps/sessions.ts'
import { closing } from '../helpers/closing.ts'
import { connect } from '../helpers/mcp-clients.ts'
import { endpointOf } from '../helpers/mcp-servers.ts'
import { type OwnServer, startOwnServer } from '../helpers/own-server.ts'
import { until } from '../helpers/until.ts'

const FIXTURE = fileURLToPath(new URL('../fixtures/stdio-server.ts', import.meta.url))
const COMMAND = [process.execPath, FIXTURE, 'well']
const FULL = /all 2 sessions of this server are in use: end one, raise "max_sessions", or wait/

async function bridge(most = 2): Promise<OwnServer> {
  const env = { PATH: process.env.PATH ?? '', MCP_OWN_SESSIONS: String(most) }
  const server = await startOwnServer('bridge', env, COMMAND)
  closing({ close: () => server.stop() })
  await until('the command is ready', () => server.log().includes('the command is ready'))
  return server
}

const endpoint = (server: OwnServer) => endpointOf({ url: `${server.url}/mcp` }, { token: server.token })
const isAlive = (pid: number) => existsSync(`/proc/${pid}`)

/** The agent's own connection. */
async function agentOf(server: OwnServer) {
  const connection = closing(await connectAsAgent(endpoint(server)))
  const pid = async () => JSON.parse((await connection.call('environment', {}, {})).text).pid as number
  return { connection, pid }
}

describe('a server with sessions of its own', () => {
  it('gives each session a command, which all its calls share', async () => {
    const server = await bridge()
    const [one, two] = [await agentOf(server), await agentOf(server)]
    const [first, second] = [await one.pid(), await two.pid()]
    expect(first).not.toBe(second)
    expect([await one.pid(), await two.pid()]).toEqual([first, second])
    expect(one.connection.era).toBe('legacy')
  })

  it('is spoken to by clients of both eras, and over HTTP+SSE', async () => {
    const server = await bridge(3)
    const pids = new Set<number>()
    for (const way of ['modern', 'legacy', 'sse'] as const) {
      const client = closing(await connect(way, server))
      expect((await client.tools()).map(tool => tool.name)).toContain('echo')
      pids.add((await client.call('environment')).json.pid)
    }
    expect(pids.size).toBe(3)
  })

  it('refuses one more with words, until one has ended', async () => {
    const server = await bridge()
    const [one, two, three] = [await agentOf(server), await agentOf(server), await agentOf(server)]
    const first = await one.pid()
    await two.pid()
    await expect(three.pid()).rejects.toThrow(FULL)
    await one.connection.close()
    await until('its command has ended', () => !isAlive(first))
    expect(await three.pid()).not.toBe(first)
  })

  it('can be probed and listed any number of times when all are in use', async () => {
    const server = await bridge(1)
    const agent = await agentOf(server)
    const pid = await agent.pid()
    const probes = await Promise.all(
      Array.from({ length: 5 }, () => probe({ ...endpoint(server), smoke: undefined })),
    )
    expect(new Set(probes.map(one => `${one.state}: ${one.reason}`))).toEqual(new Set(['ready: 14 tools']))
    expect(await agent.pid()).toBe(pid)
  })

  it('survives the end of a session’s command, whose next call starts another one', async () => {
    const server = await bridge()
    const { connection, pid } = await agentOf(server)
    const first = await pid()
    await expect(connection.call('dies', {}, {})).rejects.toThrow()
    await until('its end is in the log', () =>
      server.log().includes('one session: the command ended with exit code 3'),
    )
    expect(await pid()).not.toBe(first)
  })

  it('leaves no command behind when it is stopped', async () => {
    const server = await bridge()
    const pids = [await (await agentOf(server)).pid(), await (await agentOf(server)).pid()]
    server.child.kill('SIGTERM')
    expect(await server.exit).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
  })

  it('ends the command of a session that has been idle, but not one that is answering', async () => {
    const child = { command: COMMAND, env: { PATH: process.env.PATH ?? '' }, cwd: undefined }
    const relay = closing(openOwnSessions(child, () => {}, { most: 1, idleMs: 50 }))
    await until('it is ready', () => relay.notReady() === undefined)
    const client = closing(new Client({ name: 'test', version: '1' }))
    const [here, there] = InMemoryTransport.createLinkedPair()
    await relay.makeServer().connect(there)
    await client.connect(here)
    const pid = async () => {
      const { content } = await client.callTool({ name: 'environment', arguments: {} })
      return JSON.parse((content as { text: string }[])[0]?.text ?? '').pid as number
    }
    const first = await pid()
    await until('it has ended', () => !isAlive(first))
    const second = await pid()
    const stop = new AbortController()
    const silent = client.callTool({ name: 'silent', arguments: {} }, { signal: stop.signal })
    const third = await pid()
    expect([third, isAlive(third)]).toEqual([second, true])
    stop.abort()
    await expect(silent).rejects.toThrow()
    await until('it has ended too', () => !isAlive(second))
  })
})

describe('a session', () => {
  const sessionOf = (id: string, ended: string[]) => ({
    id,
    transport: undefined,
    close: () => void ended.push(id),
  })
  const response = () => new ServerResponse({ method: 'GET' } as never)

  it('is closed when its client has stopped listening and does nothing more', async () => {
    const ended: string[] = []
    const sessions = openSessions({ most: 5, idleMs: 1_000_000, abandonedMs: 20 })
    for (const id of ['gone', 'quiet']) sessions.add(sessionOf(id, ended), response())
    const [stream, post] = [response(), response()]
    sessions.use('gone', stream, { isStream: true })
    sessions.use('quiet', post)
    stream.emit('close')
    post.emit('close')
    await until('it is closed', () => ended.length > 0)
    expect([ended, sessions.size]).toEqual([['gone'], 1])
    sessions.closeAll()
  })
})
