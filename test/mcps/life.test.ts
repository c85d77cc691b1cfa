import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { connect } from '../helpers/mcp-clients.ts'
import { COMPILED, startOwnServer } from '../helpers/own-server.ts'

const main = fileURLToPath(new URL('../../src/mcps/alertmanager/main.ts', import.meta.url))
const run = (env: Record<string, string>, ...args: string[]) =>
  new Promise<{ status: number | null; stderr: string }>(resolve => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env: { ...COMPILED, ...env } },
      (_, __, stderr) => resolve({ status: child.exitCode, stderr }),
    )
  })
const URL_OF_NOTHING = { ALERTMANAGER_URL: 'http://127.0.0.1:1' }

describe.concurrent('the life of our own MCP servers', () => {
  it('ends with 0 on SIGTERM and on SIGINT, even with an open stream', async () => {
    const ends = async (signal: 'SIGTERM' | 'SIGINT') => {
      const server = await startOwnServer('alertmanager', URL_OF_NOTHING)
      const client = await connect('sse', server)
      server.child.kill(signal)
      expect(await server.exit).toBe(0)
      await client.close()
    }
    await Promise.all([ends('SIGTERM'), ends('SIGINT')])
  })

  it('is healthy while it runs, whatever hosts it allows, and not after', async () => {
    const env = { MCP_ALLOWED_HOSTS: 'mcp-alertmanager-acme:8888' }
    const server = await startOwnServer('alertmanager', { ...URL_OF_NOTHING, ...env })
    const own = { ...env, MCP_PORT: String(server.port) }
    expect((await run(own, '--health')).status).toBe(0)
    await server.stop()
    expect((await run(own, '--health')).status).toBe(1)
  })

  it('says in one line which port is in use or what is missing', async () => {
    const server = await startOwnServer('alertmanager', URL_OF_NOTHING)
    const [taken, missing, access, port, file] = await Promise.all([
      run({ ...URL_OF_NOTHING, MCP_PORT: String(server.port) }),
      run({}),
      run({ ...URL_OF_NOTHING, MCP_ACCESS: 'all' }),
      run({ ...URL_OF_NOTHING, MCP_PORT: 'x' }),
      run({ ALERTMANAGER_URL: 'file:///etc/passwd' }),
    ])
    await server.stop()
    expect([taken.status, lines(taken.stderr)]).toEqual([1, [`port ${server.port} is already in use`]])
    expect([missing.status, lines(missing.stderr)]).toEqual([2, ['ALERTMANAGER_URL: not set']])
    expect([access.status, file.status]).toEqual([2, 2])
    expect(port.stderr).toContain('MCP_PORT')
  })

  it('rejects every request if it has no token, and logs once what to set', async () => {
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
