import { describe, expect, it } from 'vitest'
import { interpretProject } from '../../src/config/load.ts'
import { composeFile } from '../../src/exporters/compose/compose.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const documentOf = (server: object) => ({ customers: [{ name: 'Acme', mcp_servers: [server] }] })
const serverOf = (server: object) => projectOf(documentOf(server)).customers[0]?.servers[0]

describe('a server that is a command', () => {
  it('is started by us, and nothing that it says is trusted', () => {
    const server = serverOf({
      name: 'files',
      command: 'node',
      args: ['a b', '{port}'],
      env: { KEY: '${KEY}' },
    })
    expect(server).toMatchObject({
      managed: true,
      type: 'command',
      system: 'files',
      local: { kind: 'bridge', command: 'node', cwd: undefined },
      smoke: undefined,
      readOnly: { hints: false, tools: [], patterns: [] },
    })
    // Its own texts are no templates.
    expect(server?.args).toEqual(['a b', '{port}'])
    expect(server?.env).toContainEqual({ name: 'CHILD_KEY', value: '${KEY}' })
  })

  it("gets its customer's proxy, unless its own environment names another", () => {
    const proxy = 'http://proxy.example:3128'
    const server = serverOf({ name: 'x', command: 'x', proxy, env: { HTTPS_PROXY: 'http://other.example' } })
    const env = server?.env.flatMap(one => ('value' in one ? [[one.name, one.value]] : [])) ?? []
    expect(Object.fromEntries(env)).toMatchObject({
      CHILD_HTTP_PROXY: expect.stringContaining(proxy),
      CHILD_HTTPS_PROXY: 'http://other.example',
      CHILD_NODE_USE_ENV_PROXY: '1',
    })
    expect(Object.fromEntries(env)).not.toHaveProperty('HTTP_PROXY')
  })

  it('has paths relative to the file, but finds a bare name on PATH', () => {
    expect(serverOf({ name: 'x', command: './bin/x', cwd: 'data' })?.local).toMatchObject({
      command: expect.stringMatching(/^\/.*\/bin\/x$/),
      cwd: expect.stringMatching(/^\/.*\/data$/),
    })
  })

  it.each([
    [{ env: { API_KEY: 'abc-123' } }, 'env.API_KEY: looks like a secret in clear text'],
    [{ args: ['--token=abc-123'] }, 'args[0]: looks like a secret in clear text'],
    [{ args: ['postgres://u:pw@db/x'] }, 'args[0]: looks like a secret in clear text'],
    [{ args: ['-v', './server.js'] }, 'args[1]: is relative to the working directory'],
  ])('%j is warned of, without the secret', (more, words) => {
    const document = JSON.stringify(documentOf({ name: 'x', command: 'x', ...more }))
    const [warning] = interpretProject('f.json', document).warnings
    expect(`${warning?.path}: ${warning?.message}`).toContain(words)
    expect(JSON.stringify(warning)).not.toMatch(/abc-123|u:pw/)
  })

  it('is in no compose file: it is a process of this machine', () => {
    const none = { ports: new Map<string, number>(), subnets: new Map<string, string>() }
    const { text } = composeFile(projectOf(documentOf({ name: 'x', command: 'x' })), {
      folder: '/',
      leases: none,
    })
    expect(text).not.toContain('mcp-x-acme')
  })

  it.each([
    [{ sessions: 'own' }, '4'],
    [{ sessions: 'own', max_sessions: 9 }, '9'],
    [{ sessions: 'shared' }, undefined],
    [{}, undefined],
  ])('with %j gives the bridge a limit of sessions: %s', (settings, most) => {
    const [server] =
      projectOf(documentOf({ name: 'x', command: 'x', ...settings })).customers[0]?.servers ?? []
    const told = server?.env.find(one => one.name === 'MCP_OWN_SESSIONS')
    expect(told && 'value' in told ? told.value : undefined).toBe(most)
  })

  it.each([
    [{ name: 'x', command: 'x', url: 'https://x.example/mcp' }, 'command: conflicts with "url"'],
    [
      { name: 'x', command: 'x', type: 'grafana', config: { grafana_url: 'https://g.example' } },
      'command: conflicts with "type"',
    ],
    [{ command: 'x' }, 'mcp_servers[0]: has no "name"'],
    [
      { name: 'x', command: 'x', env: { SUPPORTMAX_OWNER: 'beta' } },
      'env.SUPPORTMAX_OWNER: is set by supportmax itself',
    ],
    [
      { name: 'x', command: 'x', env: { NODE_OPTIONS: '${OPTIONS}' } },
      'env.NODE_OPTIONS: decides what is executed, so it must not come from a credential',
    ],
    [{ name: 'x', command: 'x', managed: false }, 'managed: contradicts the rest of the server'],
    [
      { name: 'x', command: 'x', args: ['--token=${TOKEN}'] },
      'args[0]: names a credential, which every user of this machine could see',
    ],
    [{ name: 'x', command: 'x', env: { A: '${HOME}' } }, 'env.A: names HOME, which is not a credential'],
    [{ name: 'x', command: 'x', env: { 'A-B': 'x' } }, 'must be the name of an environment variable'],
    [{ name: 'x', command: 'x', max_sessions: 2 }, 'max_sessions: is only for "sessions": "own"'],
    [{ name: 'x', command: 'x', sessions: 'own', max_sessions: 99 }, 'max_sessions: is more than 32'],
    [
      { name: 'x', url: 'https://x.example/mcp', sessions: 'own' },
      'sessions: is only for a server with a "command"',
    ],
    [{ name: 'x', url: 'https://x.example/mcp', args: ['a'] }, 'args: is only for a server with a "command"'],
  ])('%j is refused in one line', (server, words) => {
    expect(errorsOf(documentOf(server))).toEqual([expect.stringContaining(words)])
  })
})
