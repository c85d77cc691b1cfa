import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { connect } from '../helpers/mcp-clients.ts'
import { startOwnServer } from '../helpers/own-server.ts'

const main = fileURLToPath(new URL('../../src/mcps/alertmanager/main.ts', import.meta.url))
const run = (env: Record<string, string>, ...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' })
const URL_OF_NOTHING = { ALERTMANAGER_URL: 'http://127.0.0.1:1' }

describe('the life of our own MCP servers', () => {
  it('ends with 0 on SIGTERM and on SIGINT, even with an open stream', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startOwnServer('alertmanager', URL_OF_NOTHING)
      const client = await connect('sse', server)
      server.child.kill(signal)
      expect(await server.exit).toBe(0)
      await client.close()
    }
  })

  it('is healthy while it runs, whatever hosts it allows, and not after', async () => {
    const env = { MCP_ALLOWED_HOSTS: 'mcp-alertmanager-acme:8888' }
    const server = await startOwnServer('alertmanager', { ...URL_OF_NOTHING, ...env })
    const own = { ...env, MCP_PORT: String(server.port) }
    expect(run(own, '--health').status).toBe(0)
    await server.stop()
    expect(run(own, '--health').status).toBe(1)
  })

  it('says in one line which port is taken or what is missing', async () => {
    const server = await startOwnServer('alertmanager', URL_OF_NOTHING)
    const taken = run({ ...URL_OF_NOTHING, MCP_PORT: String(server.port) })
    expect([taken.status, lines(taken.stderr)]).toEqual([1, [`port ${server.port} is already in use`]])
    await server.stop()
    const missing = run({})
    expect([missing.status, lines(missing.stderr)]).toEqual([2, ['ALERTMANAGER_URL: not set']])
    expect(run({ ...URL_OF_NOTHING, MCP_ACCESS: 'all' }).status).toBe(2)
    expect(run({ ...URL_OF_NOTHING, MCP_PORT: 'x' }).stderr).toContain('MCP_PORT')
    expect(run({ ALERTMANAGER_URL: 'file:///etc/passwd' }).status).toBe(2)
  })

  it('lets nobody in without a token of its own, and says once what to set', async () => {
    const server = await startOwnServer('alertmanager', { ...URL_OF_NOTHING, MCP_SERVER_TOKEN: '' })
    const answer = await fetch(`${server.url}/mcp`, { method: 'POST', headers: { authorization: 'Bearer ' } })
    expect([answer.status, await answer.text()]).toEqual([
      401,
      'unauthorized: this server has no MCP_SERVER_TOKEN',
    ])
    expect(server.log().match(/MCP_SERVER_TOKEN is not set/g)).toHaveLength(1)
    await server.stop()
  })
})

function lines(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { message: string }).message)
}
