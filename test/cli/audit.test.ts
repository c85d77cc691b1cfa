// `supportmax audit`, over what real calls leave behind.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { projectOfState, stateFolderOf } from '../../src/stack/state/folder.ts'
import { auditFolderIn, chainsIn } from '../../src/store/audit/files.ts'
import { type Place, placeIn, startSupportmax, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'
import { until } from '../helpers/until.ts'

const write = { name: 'put_page', description: 'Changes a page', run: () => 'written' }
const server = await startServer({ kind: 'modern', tools: [{ ...echo, name: 'get_page' }, write] })
afterAll(() => server.close())

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)
const call = (tool: string, customer = 'acme') =>
  run('tools', 'call', customer, 'wiki', tool, '--args', '{"text":"x"}')

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  const wiki = { name: 'wiki', url: server.url, read_only_tools: ['get_page'] }
  const customers = ['Acme', 'Bolt'].map(name => ({ name, access: 'read-write', mcp_servers: [wiki] }))
  const policy = [
    { tools: ['get_page'], action: 'allow' },
    { customers: ['acme'], tools: ['put_page'], action: 'allow' },
    { tools: ['put_page'], arguments: { text: 'x' }, action: 'deny', message: '=no' },
    { action: 'ask' },
  ]
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ customers, policy }))
})

/** The folder and the newest file of the first chain. */
function recordHere(): { folder: string; file: string } {
  const config = join(place.folder, 'mcp_servers.json')
  const home = join(place.folder, 'state', 'supportmax')
  const folder = auditFolderIn(stateFolderOf(projectOfState(config, home) ?? '', config, home))
  return { folder, file: join(folder, chainsIn(folder)[0]?.files.at(-1) ?? '') }
}

describe('the audit record of real calls', () => {
  it('is shown, exported and verified', async () => {
    expect((await call('get_page')).code).toBe(0)
    expect((await call('put_page')).code).toBe(0)
    expect((await call('put_page', 'bolt')).code).toBe(4)
    const { stdout } = await run('audit', 'tail')
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => line.replace(/^\S+ \S+ {2}/, '').replace(/[\d.]+ ms$/, 'MS'))
    expect(lines).toEqual([
      'this machine  acme  wiki__get_page  allow (rule 1)  answered  MS',
      'this machine  acme  wiki__put_page  allow (rule 2)  sent',
      'this machine  acme  wiki__put_page  allow (rule 2)  answered  MS',
      'this machine  bolt  wiki__put_page  deny (rule 3)  denied',
    ])
    const exported = await run('audit', 'export', '--customer', 'bolt')
    expect(JSON.parse(exported.stdout)).toMatchObject({
      name: 'this machine',
      customer: 'bolt',
      outcome: 'denied',
      rule: 3,
    })
    const csv = (await run('audit', 'export', '--csv')).stdout.trimEnd().split('\n')
    expect(csv).toHaveLength(6)
    expect(csv.at(-1)).toMatch(
      /Z,5,call,[\w'-]+,this machine,read-write,bolt,wiki,put_page,deny,3,denied,0,12,0,,$/,
    )
    const verified = await run('audit', 'verify')
    expect([verified.code, verified.stderr]).toEqual([0, ''])
    expect(verified.stdout).toMatch(
      /^5 records, none changed or missing\nchain 1: 5 records, newest hash [\w-]{43}\n$/,
    )
  })

  it('is found to be changed, with the first bad line', async () => {
    await call('get_page')
    await call('get_page')
    const { file } = recordHere()
    writeFileSync(file, readFileSync(file, 'utf8').replace('"outcome":"answered"', '"outcome":"denied"'))
    const { code, stderr } = await run('audit', 'verify')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`supportmax: ${file}:2: record 2 was changed\n  move the folder`),
    ])
    expect(JSON.parse((await run('audit', 'verify', '--json')).stdout)).toMatchObject({
      ok: false,
      faults: [{ line: 2 }],
    })
  })

  it('can be followed', async () => {
    await call('get_page')
    const { child, ended } = startSupportmax(
      place,
      'audit',
      'tail',
      '-n',
      '1',
      '--follow',
      '--customer',
      'acme',
    )
    let shown = ''
    child.stdout?.on('data', text => {
      shown += text
    })
    await until('the first line', () => shown.includes('wiki__get_page'))
    await call('put_page', 'bolt')
    await call('put_page')
    await until('the new lines', () => / {2}sent\n.* {2}answered {2}/.test(shown))
    expect(shown).not.toContain('bolt')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
  })

  it('does not say who somebody was who is erased', async () => {
    await call('get_page')
    expect((await run('audit', 'erase', 'nobody', '--yes')).stderr).toContain(
      'no such person "nobody" in the audit record\n  use one of: local',
    )
    expect((await run('audit', 'erase', 'local')).code).toBe(4)
    const { code, stderr } = await run('audit', 'erase', 'local', '--yes')
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^erased the name of this machine: their calls stay, under the pseudonym [\w-]{22}\n$/,
      ),
    ])
    expect((await run('audit', 'tail')).stdout).not.toContain('this machine')
    expect((await run('audit', 'verify')).code).toBe(0)
  })
})

it('says that nothing is recorded yet', async () => {
  expect((await run('audit', 'tail')).stderr).toBe('no calls are recorded\n')
  expect((await run('audit', 'verify')).stdout).toBe('0 records, none changed or missing\n')
  expect((await run('audit', 'export')).stdout).toBe('')
})
