// Every client that `connect` knows: the entry goes in, and comes out again without a trace.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { openTokens } from '../../../src/access/tokens/tokens.ts'
import type { ClientForm, ClientRoots } from '../../../src/exporters/clients/client.ts'
import { CLIENTS, clientNamed } from '../../../src/exporters/clients/clients.ts'
import { connectClient, disconnectClient } from '../../../src/exporters/clients/connect.ts'
import { type ClientTarget, printedEntry } from '../../../src/exporters/clients/entry.ts'
import { clientState } from '../../../src/exporters/clients/found.ts'
import type { ClientLevel } from '../../../src/exporters/clients/place.ts'
import { newFolder } from '../../helpers/folder.ts'
import { COMMENTED, CROWDED, CROWDED_LIST } from './samples.ts'

const LAUNCH = {
  command: '/usr/bin/node',
  args: ['/opt/supportmax.js', '--config', '/srv/my "x".json', 'gateway', '--customer', 'acme'],
}
const STDIO: ClientTarget = { kind: 'stdio', launch: LAUNCH }

let roots: ClientRoots
let folder: string
let state: string

beforeEach(() => {
  const home = newFolder()
  folder = newFolder()
  state = newFolder()
  roots = { home, config: join(home, '.config'), app: join(home, '.config'), variables: {} }
})

const HTTP: ClientTarget = { kind: 'http', port: 7777 }
const place = (client: ClientForm, customer = 'acme') => ({ client, customer, roots, folder })
const connect = (
  client: ClientForm,
  target: ClientTarget = STDIO,
  level: ClientLevel = client.user ? 'user' : 'project',
  force = false,
) => connectClient({ ...place(client), level }, target, { tokens: openTokens(state), force })
const connectOther = (client: ClientForm, customer: string) =>
  connectClient(
    { ...place(client, customer), level: client.user ? 'user' : 'project' },
    { kind: 'stdio', launch: { ...LAUNCH, args: [...LAUNCH.args.slice(0, -1), customer] } },
    { tokens: openTokens(state), force: false },
  )
const disconnect = (client: ClientForm, customer = 'acme') =>
  disconnectClient(place(client, customer), ['user', 'project'], { tokens: openTokens(state), force: false })

function put(client: ClientForm, text: string): string {
  const file = client.user?.(roots)[0] ?? ''
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

function entriesOf(client: ClientForm, file: string): Record<string, unknown> {
  const text = readFileSync(file, 'utf8')
  const json = () => JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/,(?=\s*[}\]])/g, ''))
  const document = { json, toml: () => parseToml(text), yaml: () => parseYaml(text) }[
    client.syntax ?? 'json'
  ]()
  const found = document[client.container]
  return Array.isArray(found) ? Object.fromEntries(found.map(one => [one.name, one])) : found
}

const WITH_FILES = CLIENTS.filter(one => one.syntax)
const crowded = ({ syntax = 'json', kind, container }: ClientForm) =>
  (kind === 'list' ? CROWDED_LIST : CROWDED[syntax]).replaceAll('CONTAINER', container)

it('finds the entries of every customer where each has a file of its own in the project', async () => {
  const client = CLIENTS.find(one => one.id === 'continue') as ClientForm
  await connect(client, STDIO, 'project')
  expect(clientState(place(client), () => false)).toEqual({ isFound: true, customers: ['acme'] })
})

it('lists 18 clients, each with a name of its own', () => {
  expect(new Set(CLIENTS.map(one => one.id)).size).toBe(18)
})

describe.each(WITH_FILES.map(client => [client.id, client] as const))('%s', (_, client) => {
  const samples: [string, string][] = [
    ['empty', ''],
    ['commented', COMMENTED[client.syntax ?? 'json']],
    ['crowded', crowded(client)],
    ['Windows', crowded(client).replaceAll('\n', '\r\n')],
    ['without a last line ending', crowded(client).trimEnd()],
  ]

  it.each(samples)('gives back a file (%s) byte for byte', async (_, text) => {
    const file = put(client, text)
    for (const target of [STDIO, ...(client.http ? [HTTP] : [])]) {
      const { done, backup } = await connect(client, target)
      expect(done).toBe('added')
      expect(readFileSync(backup ?? '', 'utf8')).toBe(text)
      expect((await connect(client, target)).done).toBe('unchanged')
      if (!text.includes('/*')) expect(entriesOf(client, file)).toHaveProperty('supportmax-acme')
      if (text.includes('\r\n')) expect(readFileSync(file, 'utf8')).not.toMatch(/(?<!\r)\n/)
      expect(await disconnect(client)).toEqual([{ file, removed: 'entry' }])
      expect(readFileSync(file, 'utf8')).toBe(text)
      expect(readdirSync(dirname(file))).toEqual([file.slice(dirname(file).length + 1)])
    }
    expect(openTokens(state).list()).toEqual([])
  })

  it('makes a missing file, and removes it again', async () => {
    const { file, backup } = await connect(client)
    expect(backup).toBeUndefined()
    expect(JSON.stringify(entriesOf(client, file)['supportmax-acme'])).toContain('my \\"x\\".json')
    expect(await disconnect(client)).toEqual([{ file, removed: 'file' }])
    expect(existsSync(file)).toBe(false)
  })

  it('has two customers at once, and gives back the file after both', async () => {
    const text = crowded(client)
    const file = put(client, text)
    await connect(client)
    await connectOther(client, 'beta')
    expect(clientState(place(client), () => false).customers).toEqual(['acme', 'beta'])
    await disconnect(client)
    expect(clientState(place(client), () => false).customers).toEqual(['beta'])
    await disconnect(client, 'beta')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('takes the entry of one customer, and not of another whose name begins like it, after another change', async () => {
    const file = put(client, crowded(client))
    await connect(client)
    await connectOther(client, 'acme-eu')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replaceAll('second', 'changed').replaceAll('"y"', '"changed"'))
    await disconnect(client)
    expect(clientState(place(client), () => false).customers).toEqual(['acme-eu'])
  })

  it('keeps what was changed since, and takes only the entry away', async () => {
    const text = crowded(client)
    const file = put(client, text)
    await connect(client)
    const changed = readFileSync(file, 'utf8').replaceAll('second', 'changed').replaceAll('"y"', '"changed"')
    expect(changed).not.toBe(text)
    writeFileSync(file, changed)
    await disconnect(client)
    const left = readFileSync(file, 'utf8')
    expect(left).not.toContain('/opt/supportmax.js')
    expect(left).toContain('changed')
    expect(Object.keys(entriesOf(client, file))).toEqual(
      Object.keys(entriesOf(client, put(client, text))).map(key => (key === 'second' ? 'changed' : key)),
    )
  })

  it('does not touch an entry of that name that is not ours, unless it is forced', async () => {
    const other: ClientTarget = { kind: 'stdio', launch: { command: 'theirs', args: [] } }
    const file = put(client, '')
    writeFileSync(file, printedEntry(place(client), other))
    const before = readFileSync(file, 'utf8')
    await expect(connect(client)).rejects.toThrow('"supportmax-acme" is not an entry that supportmax wrote')
    expect(await disconnect(client)).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect((await connect(client, STDIO, 'user', true)).done).toBe('changed')
    expect(JSON.stringify(entriesOf(client, file))).not.toContain('theirs')
  })

  it('prints what it would write', () => {
    const file = put(client, '')
    writeFileSync(file, printedEntry(place(client), STDIO))
    expect(entriesOf(client, file)).toHaveProperty('supportmax-acme')
  })

  it.runIf(client.http)(
    'names a variable in place of the token, or keeps the file to its owner',
    async () => {
      const file = put(client, crowded(client))
      const { variable, token } = await connect(client, HTTP)
      const text = readFileSync(file, 'utf8')
      expect(text).toContain('http://127.0.0.1:7777/customers/acme/mcp')
      if (client.variable) {
        expect([variable, token]).toEqual(['SUPPORTMAX_TOKEN_ACME', undefined])
        expect(text).toContain('SUPPORTMAX_TOKEN_ACME')
        expect(text).not.toContain('smx_')
        return
      }
      const [written = ''] = /smx_[\w-]+/.exec(text) ?? []
      expect(openTokens(state).find(written, 'acme')?.name).toBe(client.id)
      expect(token?.role).toBe('read-only')
      expect(statSync(file).mode & 0o777).toBe(0o600)
      await connect(client, STDIO)
      expect(openTokens(state).list()).toEqual([])
    },
  )

  it.runIf(client.project)('writes into the folder of a project', async () => {
    const { file } = await connect(client, STDIO, 'project')
    expect(file.startsWith(folder)).toBe(true)
    expect(entriesOf(client, file)).toHaveProperty('supportmax-acme')
    await disconnect(client)
    expect(existsSync(file)).toBe(false)
  })
})

describe('the forms of some entries', () => {
  const door = 'http://127.0.0.1:7777/customers/acme/mcp'
  it.each([
    [
      'claude-code',
      { type: 'http', url: door, headers: { Authorization: 'Bearer ${SUPPORTMAX_TOKEN_ACME}' } },
    ],
    ['codex', { url: door, bearer_token_env_var: 'SUPPORTMAX_TOKEN_ACME' }],
    ['gemini-cli', { httpUrl: door, headers: { Authorization: 'Bearer ${SUPPORTMAX_TOKEN_ACME}' } }],
    [
      'opencode',
      {
        type: 'remote',
        url: door,
        headers: { Authorization: 'Bearer {env:SUPPORTMAX_TOKEN_ACME}' },
        oauth: false,
      },
    ],
    [
      'vscode',
      { type: 'http', url: door, headers: { Authorization: 'Bearer ${env:SUPPORTMAX_TOKEN_ACME}' } },
    ],
    ['windsurf', { serverUrl: door, headers: { Authorization: 'Bearer ${env:SUPPORTMAX_TOKEN_ACME}' } }],
  ])('%s', async (id, entry) => {
    const { file } = await connect(clientNamed(id), HTTP)
    expect(entriesOf(clientNamed(id), file)['supportmax-acme']).toEqual(entry)
  })

  it('opencode, by a command', async () => {
    const { file } = await connect(clientNamed('opencode'))
    expect(entriesOf(clientNamed('opencode'), file)['supportmax-acme']).toEqual({
      type: 'local',
      command: [LAUNCH.command, ...LAUNCH.args],
    })
  })
})

describe('what cannot be done', () => {
  it.each([
    ['claude-desktop', 'user', 'Claude Desktop cannot send a token over HTTP'],
    ['junie', 'user', 'JetBrains Junie cannot send a token over HTTP'],
    ['zed', 'project', 'Zed cannot read a variable, so the token would be in a file of the project'],
    ['lm-studio', 'project', 'LM Studio has no file for a project'],
  ] as const)('%s over HTTP for a %s', async (id, level, text) => {
    await expect(connect(clientNamed(id), HTTP, level)).rejects.toThrow(text)
    expect(openTokens(state).list()).toEqual([])
  })

  it.each([
    ['cursor', '{"mcpServers": [', ':1:17: '],
    ['cursor', '{"mcpServers": {}} x', ':1:20: '],
    ['codex', 'a = \n', ':1:'],
    ['goose', 'a: b: c\n', ':1:4: '],
  ])('%s with a file that cannot be parsed: %s', async (id, text, where) => {
    const file = put(clientNamed(id), text)
    await expect(connect(clientNamed(id))).rejects.toThrow(`${file}${where}`)
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(readdirSync(dirname(file))).toHaveLength(1)
  })

  it.each([
    ['cursor', '{"mcpServers": []}'],
    ['goose', 'extensions: 1\n'],
    ['continue', 'mcpServers: {}\n'],
    ['cursor', '[]'],
  ])('%s with a container of another kind: %s', async (id, text) => {
    const file = put(clientNamed(id), text)
    await expect(connect(clientNamed(id))).rejects.toThrow('is not in the form that this client uses')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('a table of TOML that is written on one line', async () => {
    const text = 'mcp_servers = { a = { command = "x" } }\n'
    const file = put(clientNamed('codex'), text)
    await expect(connect(clientNamed('codex'))).rejects.toThrow(/./)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('a file that cannot be written leaves no token behind', async () => {
    const client = clientNamed('zed')
    const file = put(client, '{}\n')
    mkdirSync(`${file}.supportmax-backup`)
    await expect(connect(client, HTTP)).rejects.toThrow('supportmax-backup')
    expect(openTokens(state).list()).toEqual([])
  })
})

it('a link stays a link, and is named', async () => {
  const client = clientNamed('cursor')
  const file = client.user?.(roots)[0] ?? ''
  const target = join(folder, 'dotfiles.json')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(target, '{}\n')
  symlinkSync(target, file)
  expect((await connect(client)).link).toBe(target)
  expect(lstatSync(file).isSymbolicLink()).toBe(true)
  await disconnect(client)
  expect(lstatSync(file).isSymbolicLink()).toBe(true)
  expect(readFileSync(target, 'utf8')).toBe('{}\n')
})

it.each(['user', 'project'] as const)(
  'a new file of a %s for Continue has the name and the version that it demands',
  async level => {
    const { file } = await connect(clientNamed('continue'), STDIO, level)
    expect(readFileSync(file, 'utf8')).toMatch(
      /^name: supportmax\nversion: 0\.0\.1\nschema: v1\nmcpServers:\n/,
    )
  },
)

it("opencode's .jsonc is used if that is there", async () => {
  const file = join(roots.config, 'opencode', 'opencode.jsonc')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '{}')
  expect((await connect(clientNamed('opencode'))).file).toBe(file)
})

it("opencode's entry is found in either of its files", async () => {
  const client = clientNamed('opencode')
  const [json = '', jsonc = ''] = client.user?.(roots) ?? []
  mkdirSync(dirname(jsonc), { recursive: true })
  writeFileSync(jsonc, '{}')
  await connect(client)
  writeFileSync(json, '{}')
  expect(clientState(place(client), () => false).customers).toEqual(['acme'])
  expect(await connect(client)).toMatchObject({ file: jsonc, done: 'unchanged' })
  expect(await disconnect(client)).toEqual([{ file: jsonc, removed: 'entry' }])
  expect([json, jsonc].map(file => readFileSync(file, 'utf8'))).toEqual(['{}', '{}'])
})

it.each(['', '  ', 'claude', 'CODEX '])('a client is found by its id or title: %j', word => {
  if (word === 'CODEX ') expect(clientNamed(word).id).toBe('codex')
  else expect(() => clientNamed(word)).toThrow('unknown client')
})
