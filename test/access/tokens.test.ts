// The tokens of the gateway: what opens a door, and what never does.

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { tokenFileIn } from '../../src/access/tokens/file.ts'
import { isWholeToken, newToken, tokenHash } from '../../src/access/tokens/form.ts'
import { lifetimeOf } from '../../src/access/tokens/lifetime.ts'
import { type DoorTokens, openTokens, type WantedToken } from '../../src/access/tokens/tokens.ts'
import { finishedWork } from '../../src/base/waiting/unfinished.ts'
import { newFolder } from '../helpers/folder.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-26T10:00:00Z')

let folder: string
let tokens: DoorTokens
const file = () => tokenFileIn(folder)
const create = (wanted: Partial<WantedToken> = {}, now = NOW) =>
  tokens.create({ customer: 'acme', role: 'read-only', lifetimeMs: DAY, name: 'laptop', ...wanted }, now)

beforeEach(() => {
  folder = newFolder()
  tokens = openTokens(folder)
})

describe('a token', () => {
  it('opens the door of its customer, with its role', async () => {
    const { token, kept } = await create({ role: 'read-write' })
    expect(tokens.find(token, 'acme', NOW)).toEqual({
      id: `token:${kept.id}`,
      name: 'laptop',
      role: 'read-write',
    })
    expect(tokens.anyFor('acme', NOW)).toBe(true)
    await finishedWork()
  })

  it('opens no other door', async () => {
    const { token } = await create()
    for (const customer of ['beta', 'ACME', 'acm', 'acme2', '', '__proto__'])
      expect(tokens.find(token, customer, NOW)).toBeUndefined()
    expect(tokens.anyFor('beta', NOW)).toBe(false)
  })

  it('opens nothing from the moment it expires', async () => {
    const { token } = await create()
    expect(tokens.find(token, 'acme', NOW + DAY - 1)).toBeDefined()
    expect(tokens.find(token, 'acme', NOW + DAY)).toBeUndefined()
    expect(tokens.anyFor('acme', NOW + DAY)).toBe(false)
    await finishedWork()
  })

  it('is kept as a hash, in a file that only its owner can read', async () => {
    const { token } = await create()
    const text = readFileSync(file(), 'utf8')
    expect(text).toContain(tokenHash(token))
    expect(text).not.toContain(token.slice(4, 20))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['access-tokens.json'])
  })

  it('is not accepted in any of 1,000 changed forms', async () => {
    const { token } = await create()
    for (const text of mutations(token, 1_000)) {
      expect(tokens.find(text, 'acme', NOW), text).toBeUndefined()
      expect(isWholeToken(text), text).toBe(false)
    }
    expect(isWholeToken(token)).toBe(true)
    for (const text of [
      '',
      ' ',
      'smx_',
      token.repeat(2),
      `Bearer ${token}`,
      'x'.repeat(1e6),
      tokenHash(token),
    ])
      expect(tokens.find(text, 'acme', NOW)).toBeUndefined()
    for (let count = 0; count < 1_000; count++) expect(tokens.find(newToken(), 'acme', NOW)).toBeUndefined()
  })

  it('has the day of its last use noted, once', async () => {
    const { token } = await create()
    for (let count = 0; count < 5; count++) tokens.find(token, 'acme', NOW + count)
    await finishedWork()
    expect(tokens.list()[0]?.lastUsed).toBe('2026-11-26')
    const { ino } = statSync(file())
    tokens.find(token, 'acme', NOW + 5_000)
    await finishedWork()
    expect(statSync(file()).ino).toBe(ino)
  })
})

/** Forms of the token with a character changed, removed, added or doubled, two exchanged, or in another case. */
function mutations(token: string, count: number): string[] {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .~\n\u0000é'
  const found = new Set<string>()
  for (let seed = 1; found.size < count; seed++) {
    const at = (seed * 31) % token.length
    const letter = letters[(seed * 17) % letters.length] ?? ''
    const [before, after] = [token.slice(0, at), token.slice(at + 1)]
    const other = [
      `${before}${letter}${after}`,
      `${before}${after}`,
      `${before}${letter}${token.slice(at)}`,
      `${before}${token[at]}${token[at]}${after}`,
      `${after}${before}`,
      token.slice(0, at),
      at % 2 === 0 ? token.toUpperCase() : token.toLowerCase(),
      `${token}${letter.repeat(seed % 5)}`,
    ][seed % 8] as string
    if (other !== token) found.add(other)
  }
  return [...found]
}

describe('revoking', () => {
  it('counts in another process within 250 ms, without reading the file at each request', async () => {
    const { token, kept } = await create()
    const server = openTokens(folder)
    expect(server.find(token, 'acme', NOW)).toBeDefined()
    await finishedWork()
    expect(await tokens.revoke(one => one.id === kept.id)).toMatchObject([{ id: kept.id }])
    expect(server.find(token, 'acme', NOW + 249)).toBeDefined()
    expect(server.find(token, 'acme', NOW + 250)).toBeUndefined()
    await finishedWork()
    expect(server.list()).toEqual([])
  })

  it('counts also after the clock was set back', async () => {
    const { token } = await create()
    const server = openTokens(folder)
    expect(server.find(token, 'acme', NOW)).toBeDefined()
    await finishedWork()
    await tokens.revoke(() => true)
    expect(server.find(token, 'acme', NOW - DAY)).toBeUndefined()
  })

  it('is not undone by the note of a last use', async () => {
    const { token } = await create()
    tokens.find(token, 'acme', NOW)
    await tokens.revoke(() => true)
    await finishedWork()
    expect(tokens.list()).toEqual([])
  })

  it('leaves the others alone, and the file where there is nothing to revoke', async () => {
    const { kept } = await create()
    await create({ name: 'ci' })
    const { ino } = statSync(file())
    expect(await tokens.revoke(() => false)).toEqual([])
    expect(statSync(file()).ino).toBe(ino)
    await tokens.revoke(one => one.id === kept.id)
    expect(tokens.list()).toMatchObject([{ name: 'ci' }])
  })
})

describe('the name of a token', () => {
  it('is the name of this machine, with a number where that is taken', async () => {
    const names = []
    for (let count = 0; count < 3; count++) names.push((await create({ name: undefined })).kept.name)
    expect(names).toEqual([names[0], `${names[0]}-2`, `${names[0]}-3`])
    expect((await create({ name: undefined, customer: 'beta' })).kept.name).toBe(names[0])
  })

  it('is taken until the token expires', async () => {
    await create()
    await expect(create()).rejects.toThrow('--name: acme already has a token named "laptop"')
    await expect(create({ customer: 'beta' })).resolves.toBeDefined()
    await expect(create({}, NOW + DAY)).resolves.toBeDefined()
  })

  it.each(['', ' ', '-x', 'a\nb', 'a\u001b[31m', 'x'.repeat(61), 'a"b'])('cannot be %j', async name => {
    await expect(create({ name })).rejects.toThrow('--name: must be up to 60 letters')
  })
})

it('an expired token is listed for 30 days', async () => {
  await create()
  await create({ name: 'other' }, NOW + 31 * DAY - 1)
  expect(tokens.list()).toHaveLength(2)
  await create({ name: 'third' }, NOW + 31 * DAY)
  expect(tokens.list().map(one => one.name)).toEqual(['other', 'third'])
})

it('tokens move with their customer, and those left of an earlier customer of that id are gone', async () => {
  const { token } = await create()
  const { token: left } = await create({ customer: 'beta' })
  await tokens.moveCustomer('acme', 'beta')
  const later = openTokens(folder)
  expect(later.find(token, 'acme', NOW)).toBeUndefined()
  expect(later.find(token, 'beta', NOW)).toMatchObject({ name: 'laptop' })
  expect(later.find(left, 'beta', NOW)).toBeUndefined()
  await finishedWork()
})

describe('a file that cannot be understood', () => {
  it.each([
    ['not JSON', '{"format": 1, "tokens": ['],
    ['a list', '[]'],
    ['without tokens', '{"format": 1}'],
    ['without a format', '{"tokens": []}'],
    ['with a token without an expiry', '{"format": 1, "tokens": [{"id": "a"}]}'],
    ['empty', ''],
  ])('(%s) opens nothing, is reported, and is left as it is', async (_, text) => {
    const { token } = await create()
    writeFileSync(file(), text)
    expect(tokens.find(token, 'acme', NOW)).toBeUndefined()
    expect(() => tokens.list()).toThrow(`${file()}: is corrupted`)
    await expect(create()).rejects.toThrow('is corrupted')
    await expect(tokens.revoke(() => true)).rejects.toThrow('is corrupted')
    expect(readFileSync(file(), 'utf8')).toBe(text)
  })

  it('(of a newer supportmax) opens nothing, and is left as it is', async () => {
    const { token } = await create()
    const text = readFileSync(file(), 'utf8').replace('"format": 1', '"format": 2')
    writeFileSync(file(), text)
    expect(tokens.find(token, 'acme', NOW)).toBeUndefined()
    expect(() => tokens.list()).toThrow('written by a newer supportmax (format 2; this one reads up to 1)')
    await expect(create({ name: 'ci' })).rejects.toThrow('newer supportmax')
    expect(readFileSync(file(), 'utf8')).toBe(text)
  })
})

it('format 1 can be read', () => {
  const kept = {
    id: 'abcd2345',
    hash: tokenHash('smx_of-the-first-format'),
    name: 'laptop',
    customer: 'acme',
    role: 'read-only',
    created: '2026-11-01T00:00:00.000Z',
    expires: '2027-01-30T00:00:00.000Z',
    lastUsed: '2026-11-26',
  }
  writeFileSync(file(), JSON.stringify({ format: 1, tokens: [kept] }))
  expect(tokens.find('smx_of-the-first-format', 'acme', NOW)?.id).toBe('token:abcd2345')
})

it('ten processes that create and revoke at the same time lose nothing', { timeout: 60_000 }, async () => {
  const worker = fileURLToPath(new URL('token-worker.ts', import.meta.url))
  const run = promisify(execFile)
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, at) => run(process.execPath, [worker, folder, `w${at}`])),
  )
  const kept = all.flatMap(({ stdout }) => JSON.parse(stdout) as string[])
  expect(kept).toHaveLength(50)
  expect(tokens.list()).toHaveLength(50)
  for (const token of kept) expect(tokens.find(token, 'acme'), token).toBeDefined()
  await finishedWork()
  expect(readdirSync(folder)).toEqual(['access-tokens.json'])
})

describe('a lifetime', () => {
  it.each([
    ['45m', 2_700_000],
    ['12h', 43_200_000],
    ['30d', 30 * DAY],
    ['8w', 56 * DAY],
    ['366d', 366 * DAY],
  ])('%s', (text, ms) => expect(lifetimeOf(text)).toBe(ms))

  it.each(['', '0d', '30', 'd', '-1d', '1.5h', '1y', 'never', '1d2h'])('cannot be %j', text => {
    expect(() => lifetimeOf(text)).toThrow('--expires: must be a time such as 12h, 30d or 8w')
  })

  it.each(['367d', '53w', '999999999w'])('cannot be as long as %s', text => {
    expect(() => lifetimeOf(text)).toThrow('every token expires within 366 days')
  })
})
