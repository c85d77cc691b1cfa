// Files that cannot be used, and customers that are renamed or removed: what `supportmax transcript` makes of them.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadProject } from '../../src/config/load.ts'
import { stateFolderOf } from '../../src/stack/state/folder.ts'
import { openShelf } from '../../src/store/transcripts/shelf.ts'
import { openUsage } from '../../src/store/usage.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { aTurn } from '../helpers/turns.ts'

const me = userInfo().username
let place: Place
let state: string
const run = (...args: string[]) => supportmax(place, ...args)
const fileOf = (customer: string) => join(state, 'transcripts', `${customer}.db`)

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  const config = join(place.folder, 'mcp_servers.json')
  const customers = ['Acme', 'Bolt', 'Cord'].map(name => ({ name, mcp_servers: [] }))
  writeFileSync(config, JSON.stringify({ customers }))
  state = stateFolderOf(loadProject(config).project.name, config, join(place.folder, 'state', 'supportmax'))
  mkdirSync(state, { recursive: true, mode: 0o700 })
})

/** A conversation with a large result, a typed line and a request. */
function put(customer: string, isOpen = false): string {
  const id = crypto.randomUUID()
  const shelf = openShelf({ folder: state, keepDays: () => 30, warn: reason => expect(reason).toBe('') })
  const { conversations, lines } = shelf.of(customer)
  conversations.begin(id, { person: 'local', login: me }, new Date())
  const writer = conversations.writer(id)
  writer.add({ kind: 'asked', at: new Date(), body: { text: `question-${customer}`, isCritical: false } })
  writer.change({ title: `question-${customer}`, at: new Date() })
  const facts = { number: 1, server: 'wiki', tool: 'get', args: {}, kind: 'answered', size: 1, took: 1 }
  writer.result(
    1,
    { ...facts, isWrite: false, byPerson: false, isLarge: true, at: new Date() },
    `large-${customer} ${'x'.repeat(100_000)}`,
  )
  lines.add(`typed-${customer}`, me)
  if (!isOpen) conversations.release(id)
  shelf.close()
  const usage = openUsage(join(state, 'usage.db'))
  usage.add(aTurn({ at: Date.now(), customer, conversation: id }))
  usage.close()
  return id
}

function left(word: string): boolean {
  return readdirSync(state, { recursive: true, withFileTypes: true })
    .filter(one => one.isFile())
    .some(one => readFileSync(join(one.parentPath, one.name), 'latin1').includes(word))
}

const TROUBLES: [string, (file: string) => void, RegExp][] = [
  [
    'is no database',
    file => writeFileSync(file, 'no database at all '.repeat(500)),
    /file is not a database/,
  ],
  [
    'has a newer format',
    file => withDatabase(file, 'PRAGMA user_version = 99'),
    /written by a newer supportmax/,
  ],
  ['is a folder', file => mkdirSync(file), /is a folder, not a file/],
  ['has lost a table', file => withDatabase(file, 'DROP TABLE conversations'), /no such table/],
]

function withDatabase(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

describe.each(TROUBLES)("when one customer's file %s", (trouble, damage, words) => {
  beforeEach(() => {
    for (const one of ['acme', 'bolt', 'cord']) put(one)
    for (const end of ['-wal', '-shm']) rmSync(`${fileOf('bolt')}${end}`, { force: true })
    if (trouble === 'is a folder') rmSync(fileOf('bolt'))
    damage(fileOf('bolt'))
  })

  it('list and purge work for the others, and name it', async () => {
    const list = await run('transcript', 'list', '--json')
    const customers = JSON.parse(list.stdout).map((one: { customer: string }) => one.customer)
    expect(customers.sort()).toEqual(['acme', 'cord'])
    expect(list.stderr).toContain(`supportmax: ${fileOf('bolt')}`)
    const purge = await run('transcript', 'purge')
    expect(purge.stdout).toMatch(/^acme: removed .*\ncord: removed .*\n$/)
    for (const { code, stderr } of [list, purge]) {
      expect(code).toBe(1)
      expect(stderr).toMatch(words)
      expect(stderr).toMatch(/\n {2}\S/)
    }
  })

  it('erasing a person says what was not erased', async () => {
    const { code, stdout } = await run('transcript', 'erase', '--person', me, '--yes')
    expect(code).toBe(1)
    expect(stdout).toContain('2 conversations, 2 result files and 2 typed lines, 2 usage records')
    expect(stdout).toMatch(/\nNOT ERASED: bolt: /)
    expect(stdout).toMatch(words)
    expect(left('typed-acme')).toBe(false)
    const data = JSON.parse(
      (await run('transcript', 'erase', '--customer', 'acme', '--yes', '--json')).stdout,
    )
    expect(data).toMatchObject({ notErased: [], damaged: false })
  })

  it('a conversation of another one is still found', async () => {
    const id = put('acme')
    expect(await run('transcript', 'show', id)).toMatchObject({ code: 0 })
    expect(await run('transcript', 'show', 'ffff')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(words),
    })
  })
})

it('a damaged file is erased with its customer, and the receipt says that nobody counted', async () => {
  put('bolt')
  for (const end of ['-wal', '-shm']) rmSync(`${fileOf('bolt')}${end}`, { force: true })
  writeFileSync(fileOf('bolt'), 'no database at all '.repeat(500))
  const { code, stdout } = await run('transcript', 'erase', '--customer', 'bolt', '--yes')
  expect(code).toBe(0)
  expect(stdout).toContain('a damaged file that was removed uncounted, 1 usage record')
  expect(left('large-bolt')).toBe(false)
  expect(existsSync(fileOf('bolt'))).toBe(false)
})

it('a page that is damaged in the middle is named with its file', async () => {
  const id = put('bolt')
  withDatabase(fileOf('bolt'), 'PRAGMA journal_mode = DELETE')
  const bytes = readFileSync(fileOf('bolt'))
  bytes.fill(0xff, 4_096)
  writeFileSync(fileOf('bolt'), bytes)
  const { code, stderr } = await run('transcript', 'show', id)
  expect(code).toBe(1)
  expect(stderr).toMatch(/bolt\.db: cannot be used \(.*malformed\)\n {2}move it away, or run/)
})

it('a receipt names the file that another program is still reading, and purge ends it', async () => {
  put('acme')
  const other = new DatabaseSync(fileOf('acme'))
  other.exec('BEGIN')
  other.prepare('SELECT count(*) FROM conversations').get()
  const { code, stdout } = await run('transcript', 'erase', '--person', me, '--yes')
  expect(code).toBe(1)
  expect(stdout).toContain(`NOT ERASED: parts: ${fileOf('acme')} and `)
  expect(stdout).toMatch(/then run `\S+ transcript purge`/)
  other.exec('COMMIT')
  other.close()
  expect(await run('transcript', 'purge')).toMatchObject({ code: 0 })
  for (const word of ['question-acme', 'typed-acme', 'large-acme'])
    expect([word, left(word)]).toEqual([word, false])
}, 30_000)

describe('customer rename and remove', () => {
  it('take conversations, results, typed lines and usage along', async () => {
    const id = put('acme')
    expect(await run('customer', 'rename', 'acme', 'Acme Two', '--id', 'acme-two')).toMatchObject({ code: 0 })
    const list = JSON.parse((await run('transcript', 'list', '--json')).stdout)
    expect(list).toMatchObject([{ id, customer: 'acme-two' }])
    expect(readdirSync(join(state, 'results', 'acme-two'))).toEqual([`${id}-1.txt`])
    const { stdout } = await run('transcript', 'erase', '--customer', 'acme-two', '--yes')
    expect(stdout).toContain('1 conversation, 1 result file and 1 typed line, 1 usage record')
    for (const word of ['question-acme', 'large-acme', 'typed-acme']) expect(left(word)).toBe(false)
  })

  it('put aside what is kept of a customer that is removed, and say where it is', async () => {
    put('acme')
    const { code, stderr } = await run('customer', 'remove', 'acme')
    expect(code).toBe(0)
    const [, aside = ''] = /kept as (acme~removed-\d+) until/.exec(stderr) ?? []
    writeFileSync(
      join(place.folder, 'mcp_servers.json'),
      JSON.stringify({ customers: ['Acme', 'Bolt'].map(name => ({ name, mcp_servers: [] })) }),
    )
    expect(JSON.parse((await run('transcript', 'list', 'acme', '--json')).stdout)).toEqual([])
    const receipt = await run('transcript', 'erase', '--customer', aside, '--yes')
    expect(receipt.stdout).toContain('1 conversation, 1 result file and 1 typed line, 1 usage record')
    expect(left('question-acme')).toBe(false)
  })

  it.each([
    ['', []],
    [', also beside another one with errors', [{ name: 'g', type: 'nonsense' }]],
  ])('a customer that is added finds nothing of an earlier one of its id%s', async (_where, servers) => {
    put('acme')
    const file = join(place.folder, 'mcp_servers.json')
    writeFileSync(file, JSON.stringify({ customers: [{ name: 'Bolt', mcp_servers: servers }] }))
    const { code, stderr } = await run('customer', 'add', 'Acme')
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /conversations of an earlier customer of this id are kept as acme~removed-\d+ until/,
    )
    writeFileSync(file, JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [] }] }))
    expect(JSON.parse((await run('transcript', 'list', 'acme', '--json')).stdout)).toEqual([])
  })

  it.each([
    ['rename', ['rename', 'acme', 'Acme Two', '--id', 'acme-two']],
    ['remove', ['remove', 'acme']],
  ])('%s waits for the chat that has a conversation open', async (_, args) => {
    put('acme', true)
    const config = readFileSync(join(place.folder, 'mcp_servers.json'), 'utf8')
    expect(await run('customer', ...args)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('1 chat with acme still open'),
    })
    expect(readFileSync(join(place.folder, 'mcp_servers.json'), 'utf8')).toBe(config)
  })
})
