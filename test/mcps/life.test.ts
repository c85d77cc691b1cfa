import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { connect } from '../helpers/mcp-clients.ts'
import { COMPILED, startOwnServer } from '../helpers/own-server.ts'

const mainOf = (name: string) => fileURLToPath(new URL(`../../src/mcps/${name}/main.ts`, import.meta.url))
const run = (env: Record<string, string>, ...args: string[]) => runMain(mainOf('alertmanager'), env, args)
const runGenesys = (env: Record<string, string>) => runMain(mainOf('genesys'), env, [])
const runMain = (main: string, env: Record<string, string>, args: string[]) =>
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

  it('is healthy whatever proxy the customer has', async () => {
    const server = await startOwnServer('alertmanager', URL_OF_NOTHING)
    const proxy = 'http://127.0.0.1:9'
    for (const env of [
      { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' },
      { http_proxy: proxy, https_proxy: proxy, NODE_USE_ENV_PROXY: '1' },
      { HTTP_PROXY: proxy, NO_PROXY: 'elsewhere.example', NODE_OPTIONS: '--use-env-proxy' },
    ])
      expect((await run({ ...env, MCP_PORT: String(server.port) }, '--health')).status).toBe(0)
    await server.stop()
  })

  it('says in one line which region was probably meant', async () => {
    const client = { GENESYS_CLIENT_ID: 'x', GENESYS_CLIENT_SECRET: 'yyyyyyyy' }
    const of = async (region: string) => {
      const { status, stderr } = await runGenesys({ ...client, GENESYS_REGION: region })
      return [status, lines(stderr)]
    }
    expect(await of('eu-central1')).toEqual([
      2,
      ['GENESYS_REGION: unknown Genesys Cloud region "eu-central1" (did you mean "eu-central-1"?)'],
    ])
    expect(await of('https://login.mypurecloud.dee')).toEqual([
      2,
      [
        'GENESYS_REGION: unknown Genesys Cloud region "https://login.mypurecloud.dee" (did you mean "mypurecloud.de"?)',
      ],
    ])
    expect(await of('moon')).toEqual([
      2,
      [
        expect.stringMatching(
          /^GENESYS_REGION: unknown Genesys Cloud region "moon"; known regions: us-east-1, /,
        ),
      ],
    ])
  })

  it.each([
    ['{', 'must be a JSON object of header names and values, such as {"X-Scope-OrgID":"team-1"}'],
    [
      '["canary-value"]',
      'must be a JSON object of header names and values, such as {"X-Scope-OrgID":"team-1"}',
    ],
    ['{"X-A":["canary-value"]}', 'X-A has no value'],
    ['{"X-A":" "}', 'X-A has no value'],
    ['{"X A":"canary-value"}', '"X A" is not a header name'],
    ['{"Host":"canary-value"}', 'Host cannot be set'],
    ['{"Proxy-Authorization":"canary-value"}', 'Proxy-Authorization cannot be set'],
    ['{"X-A":"canary-value","x-a":"canary-value"}', 'duplicate header x-a'],
    ['{"X-A":"canary–value"}', 'X-A: contains – (U+2013), which no HTTP header can carry'],
    ['{"Authorization":"canary-value"}', 'Authorization is already set by ALERTMANAGER_TOKEN'],
    ['{"X-Scope-OrgID":"canary-value"}', 'X-Scope-OrgID is already set by ALERTMANAGER_TENANT'],
  ])('does not start with MCP_UPSTREAM_HEADERS=%s, and says why in one line', async (headers, words) => {
    const own = { ALERTMANAGER_TOKEN: 'a-token-of-am', ALERTMANAGER_TENANT: 'team-1' }
    const { status, stderr } = await run({ ...URL_OF_NOTHING, ...own, MCP_UPSTREAM_HEADERS: headers })
    expect([status, lines(stderr)]).toEqual([2, [`MCP_UPSTREAM_HEADERS: ${words}`]])
    expect(stderr).not.toContain('canary-value')
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
