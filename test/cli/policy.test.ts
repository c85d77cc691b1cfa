// `supportmax policy`, as a person types it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { echo, startServer } from '../helpers/mcp-servers.ts'

const write = { name: 'put_page', description: 'Changes a page', run: () => 'written' }
const silence = {
  name: 'create_silence',
  inputSchema: { type: 'object', properties: { id: {}, dry_run: {} } },
  annotations: { readOnlyHint: false, destructiveHint: true },
  run: () => 'created',
}
const server = await startServer({ kind: 'modern', tools: [{ ...echo, name: 'get_page' }, write] })
const silencing = await startServer({ kind: 'modern', tools: [silence] })
afterAll(() => Promise.all([server.close(), silencing.close()]))

let place: Place
const run = (...args: string[]) => supportmax(place, ...args)

/** Two servers that answer and one that does not. */
function configure(policy?: object[], access = 'read-write'): void {
  const servers = [
    { name: 'wiki', url: server.url, read_only_tools: ['get_page'] },
    { name: 'hinted', url: server.url, trust_hints: true, tools: { exclude: ['drop_*'] } },
    { type: 'alertmanager', url: silencing.url, trust_hints: true },
    { name: 'gone', url: 'http://127.0.0.1:9/mcp', trust_hints: true },
  ]
  const acme = { name: 'Acme', access, environment: 'prod', mcp_servers: servers }
  const text = JSON.stringify({ customers: [acme], ...(policy && { policy }) }, null, 1)
  writeFileSync(join(place.folder, 'mcp_servers.json'), text)
}

const RULES = [
  { access: 'read', action: 'allow' },
  { arguments: { space: 'test' }, action: 'allow' },
  { time: { hours: '08:00-18:00', zone: 'UTC' }, action: 'ask' },
  { action: 'deny', message: 'only from 08:00 to 18:00' },
]

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  configure(RULES)
})

describe('policy test', () => {
  it('prints the decision, the rule and its line in the file, without asking a server', async () => {
    const { code, stdout, stderr } = await run(
      'policy',
      'test',
      'wiki__put_page',
      '--at',
      '2026-11-26T22:00Z',
    )
    expect([code, stderr]).toEqual([0, 'Acme (acme) PROD\n'])
    expect(stdout).toMatch(
      new RegExp(
        [
          '^wiki__put_page: deny',
          '  because  rule 4 of "policy" \\(mcp_servers.json:\\d+\\)',
          '  message  only from 08:00 to 18:00',
          '  access   write',
          '  chat     refused',
          '  gateway  refused\n$',
        ].join('\n'),
      ),
    )
  })

  it('decides with the arguments, the role and the time', async () => {
    const kindOf = async (...args: string[]) => {
      const { stdout } = await run('policy', 'test', ...args, '--json')
      const { action, rule, listed } = JSON.parse(stdout)
      return [action, rule?.number, listed]
    }
    expect(await kindOf('wiki__put_page', '{"space":"test"}')).toEqual(['allow', 2, true])
    expect(await kindOf('wiki__put_page', '--at', '2026-11-26T12:00Z')).toEqual(['ask', 3, true])
    expect(await kindOf('wiki__put_page', '--role', 'read-only')).toEqual(['deny', undefined, false])
    expect(await kindOf('wiki__get_page', '--role', 'read-only')).toEqual(['allow', 1, true])
    expect(await kindOf('gone__read_resource', '{"uri":"x:"}', '--role', 'read-only')).toEqual([
      'allow',
      1,
      true,
    ])
    expect(await kindOf('hinted__drop_all')).toEqual(['deny', undefined, false])
  })

  it('asks the server whether a tool is a read, only where its hint decides', async () => {
    const asked = await run('policy', 'test', 'hinted__get_page')
    expect(asked.stdout).toContain('hinted__get_page: allow\n')
    expect(asked.stdout).toContain('  access   read\n')
    const { stdout } = await run('policy', 'test', 'gone__x', '--at', '2026-11-26T12:00Z')
    expect(stdout).toContain('gone__x: allow if it is a read, ask if it is a write\n')
    expect(stdout).toMatch(/ {2}because {2}read: rule 1 of .*\n +write: rule 3 of .*\n/)
    expect(stdout).toContain('  access   not known: ')
  })

  it('tells what a call does by its arguments, and why', async () => {
    configure()
    const test = async (args: string) =>
      (await run('policy', 'test', 'alertmanager__create_silence', args)).stdout
    const reads = await test('{"dry_run":true}')
    expect(reads).toContain('alertmanager__create_silence: allow\n  because  default for reads\n')
    expect(reads).toContain('  access   read\n  effect   read: dry_run is true\n')
    const writes = await test('{"dry_run":false}')
    expect(writes).toContain('alertmanager__create_silence: ask\n')
    expect(writes).toContain(
      '  access   write\n  effect   write: it has no id, so it changes nothing that exists\n',
    )
    expect(await test('{"id":"x"}')).toContain('  effect   destructive: its server says so\n')
  })

  it('says what holds without a policy', async () => {
    configure()
    const { stdout } = await run('policy', 'test', 'wiki__put_page')
    expect(stdout).toContain('wiki__put_page: ask\n  because  default for writes\n')
  })

  it('says what is read-only', async () => {
    const as = async (...args: string[]) => (await run('policy', 'test', 'wiki__put_page', ...args)).stdout
    expect(await as('--role', 'read-only')).toContain('deny\n  because  role is read-only\n')
    configure(RULES, 'read-only')
    expect(await as()).toContain('deny\n  because  customer is read-only\n')
  })

  it.each([
    [['wikki__x'], 'acme has no server for "wikki__x" (did you mean "wiki"?)'],
    [['wiki'], '"wiki" is not SERVER__TOOL'],
    [['wiki__'], '"wiki__" is not SERVER__TOOL'],
    [['wiki__x', '{a}'], 'the arguments must be a JSON object'],
    [['wiki__x', '[1]'], 'the arguments must be a JSON object'],
    [['wiki__x', '--role', 'root'], '--role: must be read-only or read-write, not "root"'],
    [['wiki__x', '--at', 'noon'], '--at: must be like'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await run('policy', 'test', ...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('policy explain', () => {
  it('shows each tool with what happens for each role, and why', async () => {
    const { code, stdout, stderr } = await run('policy', 'explain')
    const cells = stdout.split('\n').map(line => line.split(/ {2,}/))
    expect(cells).toContainEqual(['wiki__get_page', 'read', 'allow', 'allow', 'rule 1'])
    expect(cells).toContainEqual([
      'wiki__put_page',
      'write',
      'deny',
      'allow or ask or deny',
      'rule 2, rule 3, rule 4',
    ])
    expect(stderr).toContain('unavailable: gone: ')
    expect(code).toBe(1)
  })

  it('names the defaults where there is no policy', async () => {
    configure()
    const { stdout } = await run('policy', 'explain')
    const cells = stdout.split('\n').map(line => line.split(/ {2,}/))
    expect(cells).toContainEqual(['wiki__get_page', 'read', 'allow', 'allow', 'default for reads'])
    expect(cells).toContainEqual(['wiki__put_page', 'write', 'deny', 'ask', 'default for writes'])
    const { tools: explained } = JSON.parse((await run('policy', 'explain', '--json')).stdout)
    expect(explained).toContainEqual({
      server: 'alertmanager',
      tool: 'create_silence',
      access: 'write',
      roles: { 'read-only': ['deny'], 'read-write': ['allow', 'ask'] },
      because: ['default for reads', 'default for writes', 'a read if dry_run is true'],
    })
  })

  it('says shortly that the customer is read-only', async () => {
    configure(RULES, 'read-only')
    const { stdout } = await run('policy', 'explain')
    const cells = stdout.split('\n').map(line => line.split(/ {2,}/))
    expect(cells).toContainEqual(['wiki__put_page', 'deny', 'deny', 'customer is read-only'])
  })
})

it('tools says which rule denies what is not offered', async () => {
  configure([{ tools: ['get_page'], servers: ['wiki'], action: 'allow' }])
  const { stdout, stderr } = await run('tools', 'acme')
  expect(stdout).toContain('wiki__get_page')
  expect(stdout).not.toContain('put_page')
  expect(stderr).toContain(
    'withheld: wiki: put_page; hinted: get_page, put_page; alertmanager: create_silence\n  no rule of "policy" matches\n',
  )
  configure([])
  expect((await run('tools', 'acme')).stderr).toContain('"policy" is empty, so no call is allowed\n')
})
