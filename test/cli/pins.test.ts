// mcp-lock.json as a person meets it: written by `up`, shown and accepted by `tools accept`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { packageRoot } from '../../src/base/package-root.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'
import { startServer, type ToolSketch } from '../helpers/mcp-servers.ts'
import { openTerminal } from '../helpers/terminal.ts'

/** How a person types supportmax in a checkout. */
const BIN = join(packageRoot(), 'bin', 'supportmax.js')

let place: Place
let tools: ToolSketch[]
const run = (...args: string[]) => supportmax(place, ...args)
const lock = () => join(place.folder, 'mcp-lock.json')
const list = {
  name: 'list',
  description: 'Lists pages.',
  annotations: { readOnlyHint: true },
  run: () => 'one',
}
const drop = { name: 'drop', description: 'Drops a page.', run: () => 'dropped' }

const write = (more: object = {}, server: object = {}) => {
  const url = JSON.parse(readFileSync(join(place.folder, 'url.json'), 'utf8'))
  const wiki = { name: 'wiki', url, managed: false, trust_hints: true, ...server }
  const customers = [{ name: 'Acme', access: 'read-write', mcp_servers: [wiki] }]
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ ...more, customers }))
}
const offered = async () => {
  const { tools, withheld } = JSON.parse((await run('tools', 'acme', '--json')).stdout)
  const names = (all: { tool: string }[]) => all.map(one => one.tool)
  return [names(tools), names(withheld)]
}

beforeEach(async () => {
  place = withoutDocker(placeIn(newFolder()))
  tools = [list, drop]
  const { url } = closing(await startServer({ kind: 'modern', tools }))
  writeFileSync(join(place.folder, 'url.json'), JSON.stringify(url))
  write()
})

it('a server that is ready is named if the agent gets none of its tools', async () => {
  const url = JSON.parse(readFileSync(join(place.folder, 'url.json'), 'utf8'))
  const customers = [{ name: 'Acme', mcp_servers: [{ name: 'wiki', url, managed: false }] }]
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ customers }))
  expect((await run('up')).stderr).toContain(
    `acme/wiki: all 2 tools are withheld from a read-only customer; run \`${BIN} tools acme\` to see why\n`,
  )
})

it('a tool is called by the name that the list of tools shows', async () => {
  await run('up')
  const called = await run('tools', 'call', 'acme', 'wiki__list')
  expect([called.code, called.stdout]).toEqual([0, 'one\n'])
  const half = await run('tools', 'call', 'acme', 'wiki')
  expect([half.code, half.stderr]).toEqual([
    2,
    expect.stringContaining('which tool of wiki?\n  name the server'),
  ])
})

it('the question before a call shows what is sent: who signs it, and characters that nobody would see', async () => {
  const inputSchema = { type: 'object', properties: { comment: {}, created_by: {} } }
  tools.push({ ...drop, name: 'create_silence', inputSchema })
  write({}, { type: 'alertmanager' })
  await run('tools', 'accept', 'acme', '--yes')
  const words = [BIN, 'tools', 'call', 'acme', 'wiki__create_silence', '--args', '{"comment":"a\u200bb"}']
  const terminal = openTerminal(words, { folder: place.folder, env: place.env, columns: 200 })
  onTestFinished(terminal.kill)
  const author = `${userInfo().username} via supportmax`
  await terminal.sees(String.raw`{"comment":"a\u{200b}b","created_by":"${author}"}. Allow it?`)
})

describe('the lock of definitions', () => {
  it('is looked at by `policy test`', async () => {
    const test = async (...args: string[]) => (await run('policy', 'test', ...args)).stdout.split('\n')
    expect(await test('wiki__drop')).toContain('wiki__drop: ask')
    await run('up')
    expect(await test('wiki__list')).toContain('wiki__list: allow')
    expect(await test('wiki__drop')).toEqual([
      'wiki__drop: withheld',
      `  because  it may change something, and is not pinned yet; review and accept it with \`${BIN} tools accept acme\``,
      '  policy   ask: default for writes',
      '  access   write',
      '  effect   destructive: its server does not say that it deletes nothing',
      '',
    ])
    expect(JSON.parse((await run('policy', 'test', 'wiki__drop', '--json')).stdout)).toMatchObject({
      action: 'ask',
      listed: false,
      withheld: expect.stringContaining('is not pinned yet'),
      unchecked: null,
    })
    // What the policy denies is denied, whatever is pinned.
    expect(await test('wiki__drop', '--role', 'read-only')).toContain('wiki__drop: deny')
    write({}, { pins: 'warn' })
    expect(await test('wiki__drop')).toContain('wiki__drop: ask')
    write({}, { url: 'http://127.0.0.1:9/mcp', trust_hints: false })
    const unasked = await test('wiki__drop')
    expect(unasked).toContain('wiki__drop: ask')
    expect(unasked).toContainEqual(expect.stringMatching(/^ {2}pins {5}not checked: .*refused/))
  })

  it('is written by up with what only reads, and by tools accept with the rest; nothing is withheld before', async () => {
    expect(await offered()).toEqual([['list', 'drop'], []])
    expect(existsSync(lock())).toBe(false)
    const up = await run('up')
    expect([up.code, up.stderr]).toEqual([
      0,
      expect.stringContaining('acme: pinned 1 definition in mcp-lock.json: commit it\n'),
    ])
    expect(up.stderr).toContain(
      `acme: 1 definition to accept (wiki drop); run \`${BIN} tools accept acme\`\n`,
    )
    expect(await offered()).toEqual([['list'], ['drop']])
    const dry = await run('tools', 'accept', 'acme', '--dry-run')
    expect([dry.code, dry.stdout]).toEqual([0, 'wiki drop: new, may change something\n    Drops a page.\n'])
    expect((await run('tools', 'accept', 'acme')).code).toBe(4)
    expect((await run('tools', 'accept', 'acme', '--yes')).stderr).toContain(
      'wrote 1 definition to mcp-lock.json (wiki drop)\n',
    )
    expect(await offered()).toEqual([['list', 'drop'], []])
    const before = readFileSync(lock(), 'utf8')
    expect((await run('up')).stderr).not.toContain('mcp-lock.json')
    expect(readFileSync(lock(), 'utf8')).toBe(before)
  })

  it('withholds what has changed, shows the difference, and takes only what is named', async () => {
    await run('up')
    await run('tools', 'accept', 'acme', '--yes')
    tools.splice(
      0,
      2,
      { ...list, description: 'Lists pages, and mails them.' },
      { ...drop, name: 'drop_all' },
    )
    expect((await run('up')).stderr).toContain('acme: 2 definitions to accept (wiki list, wiki drop_all)')
    expect(await offered()).toEqual([[], ['list', 'drop_all']])
    const call = await run('tools', 'call', 'acme', 'wiki', 'list')
    expect([call.code, call.stderr]).toEqual([
      4,
      expect.stringContaining('its definition has changed since it was pinned: description'),
    ])
    const dry = await run('tools', 'accept', 'acme', '--dry-run')
    expect(dry.stdout).toBe(
      'wiki list: definition changed\n  description\n    - Lists pages.\n    + Lists pages, and mails them.\nwiki drop_all: new name of drop\n    Drops a page.\n',
    )
    await run('tools', 'accept', 'acme', '--only', 'wiki/list', '--yes')
    expect(await offered()).toEqual([['list'], ['drop_all']])
    const wrong = await run('tools', 'accept', 'acme', '--only', 'wikki')
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('(did you mean "wiki"?)')])
  })

  it('asks nobody to accept a tool that the policy denies to everyone', async () => {
    write({ policy: [{ access: 'read', action: 'allow' }] })
    expect((await run('up')).stderr).not.toContain('to accept')
    expect(JSON.parse((await run('tools', 'accept', 'acme', '--json')).stdout).definitions).toEqual([])
    expect(await offered()).toEqual([['list'], ['drop']])
    write({ policy: [{ roles: ['read-write'], action: 'ask' }] })
    expect((await run('up')).stderr).toContain('1 definition to accept (wiki drop)')
  })

  it('only warns with "pins": "warn", for all servers or for one', async () => {
    await run('up')
    const words = 'wiki: drop: it may change something, and is not pinned yet'
    for (const [more, server] of [
      [{ pins: 'warn' }, {}],
      [{}, { pins: 'warn' }],
    ]) {
      write(more, server)
      expect((await run('config', 'validate')).code).toBe(0)
      expect(await offered()).toEqual([['list', 'drop'], []])
      expect((await run('tools', 'acme')).stderr).toContain(words)
    }
    write({ pins: 'warn' }, { pins: 'enforce' })
    expect(await offered()).toEqual([['list'], ['drop']])
    write({ pins: 'off' })
    const wrong = await run('config', 'validate')
    expect([wrong.code, wrong.stdout + wrong.stderr]).toEqual([2, expect.stringContaining('pins')])
  })

  it('that has a merge conflict withholds everything, and is not written over', async () => {
    await run('up')
    const broken = readFileSync(lock(), 'utf8').replace('  "servers"', '<<<<<<< HEAD\n  "servers"')
    writeFileSync(lock(), broken)
    expect(await offered()).toEqual([[], ['list', 'drop']])
    for (const args of [['up'], ['tools', 'accept', 'acme', '--yes']]) {
      const { code, stderr } = await run(...args)
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('supportmax: mcp-lock.json:3: merge conflict\n  resolve the conflict'),
      ])
    }
    expect(readFileSync(lock(), 'utf8')).toBe(broken)
  })
})
