// The forms of other clients' files beyond the plain one, and every place where they keep secrets.

import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { planImport } from '../../src/config/import/import.ts'
import { interpretProject } from '../../src/config/load.ts'
import { newFolder } from '../helpers/folder.ts'

function planned(text: string | object, { name = 'theirs', folder = newFolder() } = {}) {
  return planImport({
    name,
    text: typeof text === 'string' ? text : JSON.stringify(text),
    folder,
    config: join(newFolder(), 'mcp_servers.json'),
    customer: 'Acme',
  })
}

const serversOf = (text: string | object, options = {}) => planned(text, options).servers

describe('Goose', () => {
  const text = `# my settings
GOOSE_PROVIDER: anthropic
extensions:
  developer: { bundled: true, enabled: true, name: developer, type: builtin }
  github:
    type: stdio
    enabled: true
    name: github
    cmd: node
    args: [gh.js, --read-only]
    envs: { GH_HOST: github.example }
    env_keys: [GITHUB_TOKEN]
    timeout: 300
    available_tools: [list_issues]
  old: { type: sse, enabled: false, uri: http://old.example/sse }
  wiki: { type: streamable_http, enabled: true, uri: https://wiki.example/mcp, headers: { X-Api-Key: canary } }
`
  it('has programs, addresses, and parts of its own, which are left out', () => {
    const { clients, servers, missing } = planned(text, { name: 'config.yaml' })
    expect(clients).toBe('Goose')
    expect(servers).toEqual([
      {
        from: 'developer',
        server: undefined,
        notes: ['left out: it is part of that client, not a server'],
      },
      {
        from: 'github',
        server: {
          name: 'github',
          command: 'node',
          args: ['gh.js', '--read-only'],
          env: { GH_HOST: 'github.example', GITHUB_TOKEN: '${GITHUB_TOKEN_ACME}' },
          tools: { include: ['list_issues'] },
        },
        notes: ['not kept: timeout'],
      },
      { from: 'old', server: undefined, notes: ['left out: it is disabled'] },
      {
        from: 'wiki',
        server: {
          name: 'wiki',
          url: 'https://wiki.example/mcp',
          transport: 'streamable-http',
          headers: { 'X-Api-Key': '${X_API_KEY_ACME}' },
        },
        notes: [],
      },
    ])
    expect(missing).toEqual(['GITHUB_TOKEN_ACME'])
  })

  it('is recognised on standard input too', () => {
    expect(planned(text, { name: 'standard input' }).clients).toBe('Goose')
  })
})

describe('Continue', () => {
  it('has a list, with secrets of its own', () => {
    const text = `name: mine
mcpServers:
  - name: SQLite MCP
    command: node
    args: [sqlite.js]
    env:
      API_KEY: \${{ secrets.SQLITE_KEY }}
  - name: Remote
    type: streamable-http
    url: https://r.example/mcp
    requestOptions: { headers: { Authorization: Bearer canary }, verifySsl: false }
`
    const { clients, servers, credentials } = planned(text, { name: 'config.yaml' })
    expect([clients, servers]).toEqual([
      'Continue',
      [
        {
          from: 'SQLite MCP',
          server: {
            name: 'sqlite-mcp',
            command: 'node',
            args: ['sqlite.js'],
            env: { API_KEY: '${SQLITE_KEY_ACME}' },
          },
          notes: ['named sqlite-mcp'],
        },
        {
          from: 'Remote',
          server: {
            name: 'remote',
            url: 'https://r.example/mcp',
            transport: 'streamable-http',
            headers: { Authorization: 'Bearer ${AUTHORIZATION_ACME}' },
          },
          notes: ['not kept: requestOptions.verifySsl', 'named remote'],
        },
      ],
    ])
    expect(credentials.after).toBe("# SQLITE_KEY_ACME=''\nAUTHORIZATION_ACME='canary'\n")
  })
})

describe('Codex', () => {
  it('has a table for each server, and names variables for its secrets', () => {
    const text = `model = "gpt"
[mcp_servers.files]
command = "node"
args = ["files.js", "/srv"]
env_vars = ["HOSTED", { name = "OTHER", source = "local" }]
startup_timeout_sec = 20
enabled_tools = ["read"]
disabled_tools = ["write"]
[mcp_servers.files.env]
API_KEY = "canary"
[mcp_servers.figma]
url = "https://figma.example/mcp"
bearer_token_env_var = "FIGMA_TOKEN"
http_headers = { "X-Region" = "eu" }
env_http_headers = { "X-Team" = "TEAM" }
[mcp_servers.off]
command = "x"
enabled = false
`
    for (const name of ['config.toml', 'standard input']) {
      const { clients, servers } = planned(text, { name })
      expect([clients, servers.map(one => one.server)]).toEqual([
        'Codex',
        [
          {
            name: 'files',
            command: 'node',
            args: ['files.js', '/srv'],
            env: { API_KEY: '${API_KEY_ACME}', HOSTED: '${HOSTED_ACME}', OTHER: '${OTHER_ACME}' },
            tools: { include: ['read'], exclude: ['write'] },
          },
          {
            name: 'figma',
            url: 'https://figma.example/mcp',
            transport: 'auto',
            headers: {
              'X-Region': 'eu',
              'X-Team': '${TEAM_ACME}',
              Authorization: 'Bearer ${FIGMA_TOKEN_ACME}',
            },
          },
          undefined,
        ],
      ])
      expect(servers[0]?.notes).toEqual(['not kept: startup_timeout_sec'])
    }
  })
})

describe('the registry', () => {
  it('prefers an address, whose variables and secret headers become credentials', () => {
    const file = {
      name: 'io.github.example/weather',
      remotes: [
        { type: 'sse', url: 'https://w.example/sse' },
        {
          type: 'streamable-http',
          url: 'https://{region}.w.example/{tenant}/mcp',
          variables: { region: { default: 'eu' }, tenant: { isRequired: true } },
          headers: [
            { name: 'X-Key', isRequired: true, isSecret: true },
            { name: 'Authorization', value: 'Bearer {token}', variables: { token: { isSecret: true } } },
            { name: 'X-Unit', default: 'C' },
            { name: 'X-Trace' },
          ],
        },
      ],
      packages: [{ registryType: 'npm', identifier: '@example/weather', version: '1.0.0' }],
    }
    const expected = [
      {
        from: 'weather',
        server: {
          name: 'weather',
          url: 'https://eu.w.example/${TENANT_ACME}/mcp',
          transport: 'streamable-http',
          headers: {
            'X-Key': '${X_KEY_ACME}',
            Authorization: 'Bearer ${TOKEN_ACME}',
            'X-Unit': 'C',
          },
        },
        notes: ['optional, not set: X-Trace', 'also available as npm @example/weather'],
      },
    ]
    expect(serversOf(file)).toEqual(expected)
    expect(serversOf({ server: file, _meta: {} })).toEqual(expected)
  })

  it('has packages, also in its older spelling', () => {
    const file = {
      name: 'io.github.example/brave',
      packages: [
        {
          registry_type: 'npm',
          identifier: '@example/brave',
          version: '1.0.2',
          package_arguments: [
            { type: 'positional', value: 'start' },
            { type: 'named', name: '--mode', default: 'local' },
            { type: 'named', name: '--port' },
          ],
          environment_variables: [
            { name: 'BRAVE_API_KEY', is_required: true, is_secret: true },
            { name: 'LOG_LEVEL', default: 'info' },
            { name: 'EXTRA' },
          ],
        },
      ],
    }
    expect(serversOf(file)).toEqual([
      {
        from: 'brave',
        server: {
          name: 'brave',
          package: 'npm:@example/brave@1.0.2',
          args: ['start', '--mode', 'local'],
          env: { BRAVE_API_KEY: '${BRAVE_API_KEY_ACME}', LOG_LEVEL: 'info' },
        },
        notes: ['optional, not set: EXTRA'],
      },
    ])
    const python = { registryType: 'pypi', identifier: 'weather-mcp', version: '0.5.0' }
    expect(serversOf({ name: 'w', packages: [python] })[0]?.server).toEqual({
      name: 'w',
      package: 'pypi:weather-mcp==0.5.0',
    })
  })

  it('may offer nothing that can be installed', () => {
    const nuget = { registryType: 'nuget', identifier: 'Some.Server', version: '1' }
    expect(serversOf({ name: 'x/y', packages: [nuget] })).toEqual([
      { from: 'y', server: undefined, notes: ['left out: supportmax cannot install nuget Some.Server'] },
    ])
  })
})

describe('details of other forms', () => {
  it('Gemini CLI chooses tools, and writes references without braces', () => {
    const entry = {
      httpUrl: 'https://g.example/mcp',
      headers: { 'X-Key': '$MY_KEY' },
      includeTools: ['a'],
      excludeTools: ['b'],
      trust: true,
    }
    expect(serversOf({ mcpServers: { g: entry } })).toEqual([
      {
        from: 'g',
        server: {
          name: 'g',
          url: 'https://g.example/mcp',
          transport: 'streamable-http',
          headers: { 'X-Key': '${MY_KEY_ACME}' },
          tools: { include: ['a'], exclude: ['b'] },
        },
        notes: ['not kept: trust: what another client may do without asking'],
      },
    ])
  })

  it('options of mcp-remote besides the address and the headers are named', () => {
    const args = ['-y', 'mcp-remote', 'https://r.example/mcp', '--transport', 'sse-only', '--debug']
    const { server, notes } = serversOf({ mcpServers: { r: { command: 'npx', args } } })[0] ?? {}
    expect(server).toEqual({ name: 'r', url: 'https://r.example/mcp', transport: 'auto' })
    expect(notes?.[0]).toBe('not kept: mcp-remote --transport, mcp-remote --debug')
  })

  it('Claude Code keeps the servers of a project under its path, and those of other projects are not meant', () => {
    const mcpServers = (name: string) => ({ mcpServers: { [name]: { command: 'x' } } })
    const projects = { [process.cwd()]: mcpServers('here'), '/elsewhere': mcpServers('there') }
    expect(serversOf({ ...mcpServers('all'), projects }).map(one => one.from)).toEqual(['all', 'here'])
    expect(serversOf({ projects }).map(one => one.from)).toEqual(['here'])
  })

  it('opencode writes {env:NAME}', () => {
    const remote = { type: 'remote', url: 'https://o.example', headers: { A: 'Bearer {env:O_KEY}' } }
    expect(serversOf({ mcp: { o: remote } })[0]?.server?.headers).toEqual({ A: 'Bearer ${O_KEY_ACME}' })
  })

  it("an editor's places are filled in, and relative paths belong to the file", () => {
    const project = newFolder()
    const server = {
      command: 'node',
      args: ['${workspaceFolder}/x.js', '${userHome}/notes'],
      cwd: 'sub',
      env: { ROOT: '${workspaceFolder}' },
    }
    const folder = join(project, '.vscode')
    expect(serversOf({ servers: { s: server } }, { folder })[0]?.server).toEqual({
      name: 's',
      command: 'node',
      args: [`${project}/x.js`, `${homedir()}/notes`],
      env: { ROOT: project },
      cwd: join(folder, 'sub'),
    })
  })

  it.each([
    ['a.yaml', 'mcpServers: [unclosed', /^a\.yaml:\d+:\d+: invalid YAML: /],
    ['a.toml', '[mcp_servers.x\ncommand = "secret-1"', /^a\.toml:\d+:\d+: invalid TOML: [^\n]*$/],
    ['a.json', '{"mcpServers": ', /^a\.json:1:\d+: invalid JSON/],
    ['a.yaml', 'model: x', /^a\.yaml: has no MCP servers in a known form$/],
    ['a.txt', '', /^a\.txt:1:1: is empty$/],
  ])('%s that holds %j is refused with its place', (name, text, words) => {
    expect(() => planned(text, { name })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(words) }),
    )
  })
})

describe('a hostile file', () => {
  it('of YAML whose aliases mean a billion values is refused at once', () => {
    const lines = Array.from({ length: 9 }, (_, at) =>
      at === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]' : `a${at}: &a${at} [${`*a${at - 1}, `.repeat(10)}]`,
    )
    const text = `${lines.join('\n')}\nextensions: { s: { cmd: node, args: *a8, envs: { X: *a8 } } }\n`
    expect(() => planned(text, { name: 'a.yaml' })).toThrow('a.yaml: has more than 100000 values')
  })

  it('that is nested without end is refused', () => {
    expect(() => planned(`extensions: ${'['.repeat(5_000)}`, { name: 'a.yaml' })).toThrow('invalid YAML')
    expect(() => planned(`{"mcpServers":${'['.repeat(5_000)}`)).toThrow('nested deeper')
    expect(() => planned(`a${'.a'.repeat(50_000)} = 1`, { name: 'a.toml' })).toThrow(
      'a.toml: is nested deeper than 32 levels',
    )
    expect(() => planned(`a: [${'1,'.repeat(200_000)}]`, { name: 'a.yaml' })).toThrow(
      'more than 100000 values',
    )
  })

  it('cannot put control characters into the configuration', () => {
    const [server] = serversOf({
      mcpServers: { 'e\u001b[31mvil': { command: 'x', args: ['\u0007'] }, b: { command: 'y' } },
    })
    expect([server?.server, server?.notes.at(-1)]).toEqual([
      undefined,
      'left out: args[0]: contains control characters',
    ])
  })

  it('may have a private key of several lines, which becomes a credential', () => {
    const key = '-----BEGIN KEY-----\nabc\n-----END KEY-----\n'
    const plan = planned({ mcpServers: { a: { command: 'x', env: { PEM: key } } } })
    expect(plan.servers[0]?.server?.env).toEqual({ PEM: '${PEM_ACME}' })
    expect(parseEnv(plan.credentials.after)).toEqual({ PEM_ACME: key })
  })
})

describe('a secret', () => {
  const secret = 'canary-0a1b2c3d4e5f6a7b8c9d0e1f'
  it.each([
    ['in a variable', { command: 'x', env: { API_TOKEN: secret } }],
    [
      'in headers as JSON in a variable',
      { command: 'x', env: { H: `{"Authorization": "Bearer ${secret}"}` } },
    ],
    ['in a connection string', { command: 'x', env: { CONN: `Server=db;User=u;Password=${secret};` } }],
    ['in the URL of a database', { command: 'x', env: { DB: `postgres://u:${secret}@db/x` } }],
    ['in a header', { url: 'https://a.example', headers: { Authorization: `Bearer ${secret}` } }],
    ['in a header of its own', { url: 'https://a.example', headers: { 'X-Api-Key': secret } }],
    ['in a query', { url: `https://a.example/mcp?api_key=${secret}` }],
    ['as a password of a URL', { url: `https://user:${secret}@a.example/mcp` }],
    ['as the user of a URL', { url: `https://${secret}@a.example/mcp` }],
    ['in the path of a URL', { url: `https://a.example/s/${secret}/mcp` }],
    ['in a flag with =', { command: 'x', args: [`--access-token=${secret}`] }],
    ['behind a flag', { command: 'x', args: ['--api-key', secret] }],
    ['in an assignment', { command: 'x', args: ['--env', `API_KEY=${secret}`] }],
    ['in a header flag', { command: 'x', args: ['--header', `Authorization: Bearer ${secret}`] }],
    ['in a short header flag', { command: 'x', args: ['-H', `X-Api-Key: ${secret}`] }],
    ['in a header flag with =', { command: 'x', args: [`--header=X-Api-Key: ${secret}`] }],
    ['in an address among the arguments', { command: 'x', args: [`https://a.example/mcp?token=${secret}`] }],
    ['in a database among the arguments', { command: 'x', args: [`postgres://u:${secret}@db/x`] }],
    ['beside a reference', { command: 'x', args: [`postgres://\${USR}:${secret}@db/x`] }],
    ['given to a container', { command: 'docker', args: ['run', '-i', '-e', `TOKEN=${secret}`, 'img'] }],
    [
      'given to mcp-remote',
      { command: 'npx', args: ['mcp-remote', 'https://a.example', '--header', `X-Key:${secret}`] },
    ],
  ])('%s moves to the credentials', (_, entry) => {
    const plan = planned({ mcpServers: { s: entry } })
    expect(plan.config.after).not.toContain(secret)
    expect(JSON.stringify(plan.servers)).not.toContain(secret)
    expect(plan.credentials.after).toContain(secret)
    expect(interpretProject('f.json', plan.config.after).errors).toEqual([])
  })

  it('keeps its own credential where three servers have one of the same name', () => {
    const entry = (one: string) => ({ command: 'x', env: { TOKEN: one } })
    const mcpServers = { a: entry('secret-1'), b: entry('secret-2'), c: entry('secret-1') }
    expect(serversOf({ mcpServers }).map(one => one.server?.env)).toEqual([
      { TOKEN: '${TOKEN_ACME}' },
      { TOKEN: '${B_TOKEN_ACME}' },
      { TOKEN: '${TOKEN_ACME}' },
    ])
  })
})
