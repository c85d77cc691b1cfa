// `supportmax connect`, as a person types it: what it writes must start, and must be gone after `disconnect`.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/package-root.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)
const file = (...parts: string[]) => join(place.folder, ...parts)
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  const customers = [
    { name: 'Acme GmbH', id: 'acme', mcp_servers: [] },
    { name: 'Beta', mcp_servers: [] },
  ]
  writeFileSync(file('mcp_servers.json'), JSON.stringify({ customers }))
})

it('writes a command that does not depend on PATH or the folder', async () => {
  const { code, stderr } = await run('connect', 'cursor', '--customer', 'acme')
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('mcp.json: added the entry for Acme GmbH (acme)\n  restart Cursor'),
  ])
  const { command, args, env } = json(file('.cursor', 'mcp.json')).mcpServers['supportmax-acme']
  expect(command).toBe(process.execPath)
  expect(args).toEqual([
    expect.stringMatching(/^\/.*\/bin\/supportmax\.js$/),
    ...['--config', file('mcp_servers.json'), 'gateway', '--customer', 'acme'],
  ])
  expect(env).toEqual({ XDG_STATE_HOME: file('state') })
})

it('says where the file was copied, and gives it back', async () => {
  const text = '# mine\nmodel = "x"\n'
  mkdirSync(file('.codex'))
  writeFileSync(file('.codex', 'config.toml'), text)
  const { stderr } = await run('connect', 'codex', '--customer', 'acme')
  expect(stderr).toContain(`backup of the file: ${file('.codex', 'config.toml.supportmax-backup')}\n`)
  expect((await run('connect', 'codex', '--customer', 'acme')).stderr).toContain('config.toml: unchanged\n')
  const gone = await run('disconnect', 'codex', '--customer', 'acme')
  expect([gone.code, gone.stderr]).toEqual([
    0,
    `${file('.codex', 'config.toml')}: removed the entry "supportmax-acme"\n`,
  ])
  expect(readFileSync(file('.codex', 'config.toml'), 'utf8')).toBe(text)
})

it('names the variable for a token, with the command that makes one, as it is typed here', async () => {
  const { stderr } = await run('connect', 'vscode', '--customer', 'acme', '--http')
  const bin = join(packageRoot(), 'bin', 'supportmax.js')
  expect(stderr).toContain(
    `set SUPPORTMAX_TOKEN_ACME before you start it: \`export SUPPORTMAX_TOKEN_ACME="$(${bin} token create`,
  )
  expect(stderr).toContain(`serve is not running: start it with \`${bin} serve --detach\``)
  expect(stderr).not.toContain('smx_')
})

it('names the file that a client reads variables from', async () => {
  const { stderr } = await run('connect', 'continue', '--customer', 'acme', '--http')
  expect(stderr).toContain('add SUPPORTMAX_TOKEN_ACME=TOKEN to ~/.continue/.env, with the token that `')
})

it('never prints the token that it writes into a file, and revokes it with the entry', async () => {
  const { stdout, stderr } = await run('connect', 'lm-studio', '--customer', 'acme', '--http')
  expect(stderr).toMatch(
    /wrote a new token, "lm-studio" \(\w{8}\), into the file, which only you can read now\n/,
  )
  const header = json(file('.lmstudio', 'mcp.json')).mcpServers['supportmax-acme'].headers.Authorization
  expect(header).toMatch(/^Bearer smx_/)
  expect(`${stdout}${stderr}`).not.toContain('smx_')
  const gone = await run('disconnect', 'lm-studio', '--customer', 'acme')
  expect(gone.stderr).toBe(
    `${file('.lmstudio', 'mcp.json')}: removed the file, which contained only the entry "supportmax-acme"\n`,
  )
  expect(existsSync(file('.lmstudio', 'mcp.json'))).toBe(false)
  expect((await run('token', 'list')).stderr).toBe('no tokens\n')
})

it('prints the token that it has made without its hash, as `token list` does', async () => {
  const { stdout } = await run('connect', 'lm-studio', '--customer', 'acme', '--http', '--json')
  const [listed] = JSON.parse((await run('token', 'list', '--json')).stdout)
  expect(JSON.parse(stdout).token).toEqual(listed)
})

it('prints an entry without writing it, and for a client that has no file', async () => {
  const { stdout, stderr } = await run('connect', 'zed', '--customer', 'acme', '--print', '--http')
  expect(JSON.parse(stdout).context_servers['supportmax-acme'].headers).toEqual({
    Authorization: 'Bearer <TOKEN>',
  })
  expect(stderr).toContain('replace <TOKEN> with the token that `')
  expect(existsSync(file('.config', 'zed'))).toBe(false)
  const withVariable = await run('connect', 'cursor', '--customer', 'acme', '--print', '--http')
  expect(withVariable.stderr).toContain('set SUPPORTMAX_TOKEN_ACME before you start it: `')
  const window = await run('connect', 'jetbrains', '--customer', 'acme')
  expect(JSON.parse(window.stdout).mcpServers['supportmax-acme'].args).toContain('gateway')
  expect(window.stderr).toBe(
    'paste this into Settings > Tools > AI Assistant > Model Context Protocol > Add\n',
  )
})

it('lists the clients, which are on this machine, and what they are connected to', async () => {
  await run('connect', 'opencode', '--customer', 'acme')
  await run('connect', 'opencode', '--customer', 'beta', '--project')
  const { stdout } = await run('connect', '--json')
  const rows = JSON.parse(stdout)
  expect(rows.find((one: { id: string }) => one.id === 'opencode')).toEqual({
    id: 'opencode',
    title: 'opencode',
    found: true,
    customers: ['acme', 'beta'],
  })
  expect(rows.filter((one: { found: boolean }) => one.found)).toHaveLength(1)
  expect((await run('connect')).stdout).toMatch(/^CLIENT +NAME +FOUND +CONNECTED TO\n/)
})

it.each([
  [['connect', 'curser'], 'unknown client "curser" (did you mean "cursor"?)\n  run `'],
  [['connect', 'cursor'], 'no customer given\n  add --customer'],
  [
    ['connect', 'cursor', '--customer', 'acme', '--project', '--user'],
    '--project cannot be combined with --user\n  leave',
  ],
  [
    ['connect', 'claude-desktop', '--customer', 'acme', '--http'],
    'cannot send a token over HTTP\n  leave out --http',
  ],
  [
    ['disconnect', 'cursor', '--customer', 'acme'],
    'Cursor has no entry "supportmax-acme" that supportmax wrote\n  run `',
  ],
])('says what is wrong with %j', async (words, text) => {
  const { code, stdout, stderr } = await run(...words)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(text)
})

it('completes the clients', async () => {
  expect((await run('__complete', 'bash', '--', 'disconnect', 'cod')).stdout).toBe('codex\n')
})
