import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withServers } from '../../src/config/edit/document.ts'
import { planImport } from '../../src/config/import/import.ts'
import { interpretProject } from '../../src/config/load.ts'
import { isSecret, looksSecret } from '../../src/config/settings/secrets.ts'
import { newFolder } from '../helpers/folder.ts'

const OURS = '{ "customers": [{ "name": "Acme", "mcp_servers": [] }] }'

function planned(
  foreign: unknown,
  more: { ours?: string; customer?: string; credentials?: string; files?: Record<string, string> } = {},
) {
  const folder = newFolder()
  writeFileSync(join(folder, 'mcp_servers.json'), more.ours ?? OURS)
  if (more.credentials) writeFileSync(join(folder, 'mcp_credentials.env'), more.credentials, { mode: 0o600 })
  for (const [name, text] of Object.entries(more.files ?? {})) writeFileSync(join(folder, name), text)
  return planImport({
    name: 'theirs.json',
    text: typeof foreign === 'string' ? foreign : JSON.stringify(foreign),
    folder,
    config: join(folder, 'mcp_servers.json'),
    customer: more.customer ?? 'acme',
  })
}

const serversOf = (foreign: unknown, more = {}) => planned(foreign, more).servers.map(one => one.server)
const credentialsOf = (foreign: unknown, more = {}) => planned(foreign, more).credentials.after

describe("another client's file", () => {
  it.each([
    [
      'Claude, Cursor',
      { mcpServers: { a: { command: 'x', args: ['1'] } } },
      { name: 'a', command: 'x', args: ['1'] },
    ],
    [
      'Windsurf',
      { mcpServers: { a: { serverUrl: 'https://a.example/sse' } } },
      { name: 'a', url: 'https://a.example/sse' },
    ],
    [
      'Gemini CLI',
      { mcpServers: { a: { httpUrl: 'https://a.example/mcp' } } },
      { name: 'a', url: 'https://a.example/mcp', transport: 'streamable-http' },
    ],
    [
      'VS Code',
      { servers: { a: { type: 'sse', url: 'https://a.example/x' } } },
      { name: 'a', url: 'https://a.example/x', transport: 'sse' },
    ],
    ['VS Code settings', { mcp: { servers: { a: { command: 'x' } } } }, { name: 'a', command: 'x' }],
    [
      'Zed',
      { context_servers: { a: { command: 'x', args: [], env: { B: '1' } } } },
      { name: 'a', command: 'x', env: { B: '1' } },
    ],
    [
      'Zed before 2025',
      { context_servers: { a: { command: { path: 'x', args: ['y'] } } } },
      { name: 'a', command: 'x', args: ['y'] },
    ],
    [
      'opencode',
      { mcp: { a: { type: 'local', command: ['x', 'y'], environment: { B: '1' }, enabled: true } } },
      { name: 'a', command: 'x', args: ['y'], env: { B: '1' } },
    ],
    [
      'comments and trailing commas',
      '// mine\n{ "mcpServers": { "a": { "command": "x", }, } }',
      { name: 'a', command: 'x' },
    ],
  ])('of %s is understood', (_, foreign, server) => {
    expect(serversOf(foreign)).toEqual([server])
  })

  it.each([
    ['not JSON', 'theirs.json:1:1: invalid JSON'],
    ['{}', 'theirs.json: has no MCP servers in a known form'],
    ['{"mcpServers":{}}', 'has no MCP servers in a known form'],
    ['[1]', 'has no MCP servers in a known form'],
  ])('%s is refused', (text, words) => {
    expect(() => planned(text)).toThrow(words)
  })

  it('is not imported where the result would not be valid', () => {
    expect(() => planned({ mcpServers: { a: { url: 'ftp://x' } } })).toThrow(/url: /)
  })
})

it.each(['{ "mcpServers": { "b": { "command": "y" } } }', '[]', 'not JSON', '{}'])(
  'nothing is imported into %s',
  ours => {
    expect(() => planned({ mcpServers: { a: { command: 'x' } } }, { ours })).toThrow(
      /mcp_servers\.json:1:\d+: /,
    )
  },
)

describe('the secrets of an imported server', () => {
  it('are moved from five places, and nothing of them is left in the configuration', () => {
    const secrets = [
      'canary-1-env',
      'canary-2-header',
      'canary-3-url',
      'canary-4-arg',
      'canary-5-dsn',
      'canary-6-docker',
    ]
    const [env, header, url, arg, dsn, docker] = secrets
    const plan = planned({
      mcpServers: {
        one: { command: 'x', env: { API_KEY: env, LEVEL: 'info' } },
        two: {
          url: `https://two.example/mcp?token=${url}`,
          headers: { Authorization: `Bearer ${header}`, Accept: '*/*' },
        },
        three: { command: 'x', args: [`--access-token=${arg}`, `postgres://u:${dsn}@db/x`, '--port', '80'] },
        four: { command: 'docker', args: ['run', '-i', '-e', `KEY=${docker}`, '-e', 'MODE=fast', 'img'] },
      },
    })
    for (const secret of secrets) {
      expect(plan.config.after).not.toContain(secret)
      expect(JSON.stringify(plan.servers)).not.toContain(secret)
      expect(plan.credentials.after).toContain(secret)
    }
    expect(plan.servers.map(one => one.server)).toMatchObject([
      { env: { API_KEY: '${API_KEY_ACME}', LEVEL: 'info' } },
      {
        headers: { Authorization: 'Bearer ${AUTHORIZATION_ACME}' },
        url: 'https://two.example/mcp?token=${TOKEN_ACME}',
      },
      {
        args: ['--access-token=${ACCESS_TOKEN_ACME}', '${THREE_URL_ACME}', '--port', '80'],
        secrets_in_args: true,
      },
      { args: ['run', '-i', '-e', 'KEY', '-e', 'MODE', 'img'], env: { KEY: '${KEY_ACME}', MODE: 'fast' } },
    ])
    expect(interpretProject('f.json', plan.config.after).errors).toEqual([])
  })

  it('keep apart what two servers, or two customers, have under one name', () => {
    const foreign = {
      mcpServers: {
        a: { command: 'x', env: { TOKEN: 'first-1' } },
        b: { command: 'x', env: { TOKEN: 'second-2' } },
      },
    }
    expect(credentialsOf(foreign)).toBe("TOKEN_ACME='first-1'\nB_TOKEN_ACME='second-2'\n")
    const before = "TOKEN_ACME='of before'\n"
    expect(credentialsOf(foreign, { credentials: before })).toBe(
      `${before}A_TOKEN_ACME='first-1'\nB_TOKEN_ACME='second-2'\n`,
    )
  })

  it('that are only referred to are left to fill in', () => {
    const env = { A: '${env:MY_TOKEN}', B: '${input:pass-word}', C: '${REGION:-eu}', D: 'x-${OTHER}' }
    const plan = planned({ servers: { a: { command: 'x', env } }, inputs: [] })
    expect(plan.servers[0]?.server?.env).toEqual({
      A: '${MY_TOKEN_ACME}',
      B: '${PASS_WORD_ACME}',
      C: 'eu',
      D: 'x-${OTHER_ACME}',
    })
    expect(plan.missing).toEqual(['MY_TOKEN_ACME', 'PASS_WORD_ACME', 'OTHER_ACME'])
    expect(plan.credentials.after).toContain("# MY_TOKEN_ACME=''\n")
  })

  it('that are referred to may be among the credentials already', () => {
    const foreign = { servers: { a: { command: 'x', env: { A: '${env:MY_TOKEN}' } } } }
    const plan = planned(foreign, { credentials: "MY_TOKEN_ACME='there'\n" })
    expect([plan.servers[0]?.server?.env, plan.missing]).toEqual([{ A: '${MY_TOKEN_ACME}' }, []])
    expect(plan.servers[0]?.notes).toEqual(['uses the value of MY_TOKEN_ACME that you already have'])
  })

  it('may be in a file of their own', () => {
    const foreign = { servers: { a: { command: 'x', envFile: 'their.env' } } }
    const plan = planned(foreign, { files: { 'their.env': 'API_TOKEN="from-file"\nMODE=x\n' } })
    expect(plan.servers[0]?.server?.env).toEqual({ API_TOKEN: '${API_TOKEN_ACME}', MODE: 'x' })
    expect(() => planned(foreign)).toThrow('their.env: file not found')
  })

  it('are not taken from the credentials of all customers', () => {
    const foreign = { servers: { a: { command: 'x', envFile: './x/../mcp_credentials.env' } } }
    expect(() => planned(foreign, { credentials: "TOKEN_BETA='of-beta'\n" })).toThrow(
      'mcp_credentials.env: holds the credentials of all customers',
    )
  })

  it.each([
    ['GITHUB_TOKEN', 'x1', true],
    ['githubToken', 'x1', true],
    ['DB_PASSWORD', 'hunter', true],
    ['X-Api-Key', 'abc', true],
    ['SOMETHING', 'sk-proj-1', true],
    ['SOMETHING', 'a1B2'.repeat(8), true],
    ['SOMETHING', 'mongodb://u:p@h/x', true],
    ['MONKEY', 'banana', false],
    ['LOG_LEVEL', 'debug', false],
    ['KEYBOARD', 'de', false],
    ['MAX_TOKENS', '4096', false],
    ['AUTH', 'Bearer ${TOKEN}', false],
    ['TOKEN', '${TOKEN}', false],
    ['BASE_URL', 'https://grafana.example.com/path', false],
  ])('%s=%s: %s', (name, value, expected) => {
    expect(isSecret(name, value)).toBe(expected)
  })

  it('are not seen in ordinary arguments', () => {
    for (const word of [
      '-y',
      '@modelcontextprotocol/server-filesystem',
      '/home/me/projects',
      'https://x.example/mcp',
      '--stdio',
    ])
      expect(looksSecret(word)).toBe(false)
  })
})

describe('an imported server', () => {
  it('finds the files of its project that its arguments name, and others stay as they are', () => {
    const files = { 'mine.js': '', 'x:y': '' }
    const foreign = {
      mcpServers: {
        a: {
          command: 'node',
          args: ['mine.js', './mine.js', 'other.js', '--x=mine.js', 'x:y', '@a/mine.js'],
        },
        b: { command: './mine.js' },
        c: { command: 'node', args: ['mine.js'], cwd: '.' },
      },
    }
    const plan = planned(foreign, { files })
    const file = join(dirname(plan.config.file), 'mine.js')
    expect(plan.servers.map(({ server }) => [server?.command, server?.args])).toEqual([
      ['node', [file, file, 'other.js', '--x=mine.js', 'x:y', '@a/mine.js']],
      [file, undefined],
      ['node', ['mine.js']],
    ])
  })

  it('whose secret makes a new credentials file is kept out of git, and an older file is left alone', () => {
    const foreign = { mcpServers: { a: { command: 'x', env: { TOKEN: 'canary' } } } }
    expect(planned(foreign).ignored?.after).toBe('mcp_credentials.env\n')
    expect(planned(foreign, { credentials: "B='1'\n" }).ignored).toBeUndefined()
    expect(planned({ mcpServers: { a: { command: 'x' } } }).ignored).toBeUndefined()
  })

  it('gets a valid name, and the mapping is reported', () => {
    const ours =
      '{ "customers": [{ "name": "Acme", "mcp_servers": [{ "name": "my-files", "url": "https://f.example/mcp" }] }] }'
    const { servers } = planned(
      { mcpServers: { 'My Files': { command: 'x' }, '42': { command: 'x' } } },
      { ours },
    )
    expect(servers.map(one => [one.from, one.server?.name])).toEqual([
      ['42', 'server'],
      ['My Files', 'my-files-2'],
    ])
    expect(servers[1]?.notes).toContain('named my-files-2')
  })

  it('loses what another client may do without asking, and says so; a disabled one is left out', () => {
    const { servers } = planned({
      mcpServers: {
        a: { command: 'x', autoApprove: ['delete'], timeout: 5 },
        b: { command: 'x', disabled: true },
      },
    })
    expect(servers[0]?.notes).toEqual([
      'not kept: autoApprove: what another client may do without asking',
      'not kept: timeout',
    ])
    expect(servers[1]).toEqual({ from: 'b', server: undefined, notes: ['left out: it is disabled'] })
  })

  it('behind mcp-remote is the remote server itself', () => {
    const args = [
      '-y',
      'mcp-remote@latest',
      'https://r.example/mcp',
      '--header',
      'Authorization: Bearer ${TOKEN}',
    ]
    const plan = planned({ mcpServers: { r: { command: 'npx', args, env: { TOKEN: 'canary-7' } } } })
    expect(plan.servers[0]?.server).toEqual({
      name: 'r',
      url: 'https://r.example/mcp',
      transport: 'auto',
      headers: { Authorization: 'Bearer ${AUTHORIZATION_ACME}' },
    })
    expect(plan.credentials.after).toBe("AUTHORIZATION_ACME='canary-7'\n")
  })
})

describe('the edit of the configuration', () => {
  const SERVER = { name: 'new', command: 'x' }
  const edited = (text: string, customer = 'Acme') => withServers(text, customer, [SERVER])

  it.each([
    ['an empty list', '{ "customers": [ { "name": "Acme", "mcp_servers": [] } ] } // end\n'],
    [
      'an empty list with a comment',
      '{ "customers": [ { "name": "Acme", "mcp_servers": [ /* none yet */ ] } ] }',
    ],
    [
      'a list on one line',
      '{ "customers": [ { "name": "Acme", "mcp_servers": [ { "name": "a", "url": "https://a.example" } ] } ] }',
    ],
    [
      'a list on one line with a comment',
      '{ "customers": [ { "name": "Acme", "mcp_servers": [ { "name": "a", "url": "https://a.example" } /* last */ ] } ] }',
    ],
    [
      'a trailing comma and a comment',
      '{\n\t"customers": [\n\t\t{ "name": "Acme", "mcp_servers": [\n\t\t\t{ "name": "a", "url": "https://a.example" }, // mine\n\t\t] }\n\t]\n}\n',
    ],
    [
      'Windows line ends',
      '{\r\n  "customers": [\r\n    { "name": "Acme", "mcp_servers": [\r\n      { "name": "a", "url": "https://a.example" }\r\n    ] }\r\n  ]\r\n}\r\n',
    ],
    [
      'no such customer',
      '{\n  // all\n  "customers": [\n    { "name": "Beta", "mcp_servers": [] } // last\n  ]\n}\n',
    ],
  ])('of %s changes nothing else', (_, text) => {
    const after = edited(text)
    const { project, errors } = interpretProject('f.json', after)
    expect(errors).toEqual([])
    expect(project?.customers.find(one => one.name === 'Acme')?.servers.at(-1)?.name).toBe('new')
    // Every character of before is there, in its order; nothing else is but what was added.
    const before = text.replace(/\s/g, '')
    let found = 0
    for (const character of after) if (character === before[found]) found++
    expect(found).toBe(before.length)
    expect(after.includes('\r\n')).toBe(text.includes('\r\n'))
    if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n')
  })

  it('makes a new file, and a customer who is not there yet', () => {
    expect(JSON.parse(withServers(undefined, 'Acme', [SERVER]))).toEqual({
      $schema: './mcp_servers.schema.json',
      customers: [{ name: 'Acme', mcp_servers: [SERVER] }],
    })
  })

  it('writes strings as they are, whatever brackets they hold', () => {
    const odd = { name: 'odd', command: 'x', args: ['[ a ]', '{ "b": 1 }\n', 'ü"\\'] }
    const after = withServers(OURS, 'Acme', [odd])
    expect(JSON.parse(after).customers[0].mcp_servers).toEqual([odd])
  })
})
