import { randomBytes } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { redact } from '../../src/base/redact.ts'
import type { KeptSignIn } from '../../src/mcp/sign-in/sign-in.ts'
import { openSignInStore } from '../../src/mcp/sign-in/store.ts'
import { newFolder } from '../helpers/folder.ts'
import { NO_KEY } from '../helpers/sign-in.ts'

const WIKI = { customer: 'acme', server: 'wiki' }

function signInTo(key: { customer: string; server: string }): KeptSignIn {
  return {
    ...key,
    url: 'https://wiki.example/mcp',
    issuer: 'https://login.example',
    resource: 'https://wiki.example/mcp',
    client: { kind: 'registered', id: 'c1', secret: undefined, authMethod: 'none', redirect: undefined },
    endpoints: { token: 'https://login.example/token', revocation: undefined, authMethods: [] },
    tokens: {
      ...{ access: 'the-access-token', refresh: 'the-refresh-token', scope: 'a b' },
      ...{ obtainedAt: 1, expiresAt: 2, after: 'login' },
    },
    ended: undefined,
    wantedScope: undefined,
  }
}

function keyOf(value: string | undefined) {
  return { name: 'SIGN_IN_KEY', load: async () => {}, value: () => value }
}

function keptIn(folder: string, key: Parameters<typeof openSignInStore>[1] = NO_KEY) {
  const store = openSignInStore(folder, key)
  store.checkWritable(WIKI)
  store.write(signInTo(WIKI))
  return { store, file: join(folder, 'sign-ins', 'acme.wiki.json') }
}

describe('a kept sign-in', () => {
  it('is read as it was written, and its tokens are hidden from then on', () => {
    const { store } = keptIn(newFolder())
    expect(store.read(WIKI)).toEqual(signInTo(WIKI))
    expect(redact('x the-access-token y the-refresh-token')).toBe('x ‹hidden› y ‹hidden›')
    expect(store.read({ customer: 'acme', server: 'other' })).toBeUndefined()
  })

  it.each([
    [{ customer: 'globex', server: 'wiki' }, 'acme/wiki, not to globex/wiki'],
    [{ customer: 'acme', server: 'tickets' }, 'acme/wiki, not to acme/tickets'],
  ])('that was copied to %j is refused', (key, words) => {
    const folder = newFolder()
    const { store, file } = keptIn(folder)
    copyFileSync(file, join(folder, 'sign-ins', `${key.customer}.${key.server}.json`))
    expect(() => store.read(key)).toThrow(`belongs to ${words}`)
  })

  it.each([
    ['not JSON', '{'],
    ['without a server', JSON.stringify({ format: 1, signIn: {} })],
    ['without a client', JSON.stringify({ format: 1, ...signInTo(WIKI), signIn: { endpoints: {} } })],
  ])('that is %s is corrupted', (_, text) => {
    const { store, file } = keptIn(newFolder())
    writeFileSync(file, text)
    expect(() => store.read(WIKI)).toThrow(`${file}: is corrupted`)
  })

  it('needs a folder: without one, the refusal says why', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'sign-ins'), '')
    const work = openSignInStore(folder, NO_KEY).locked(WIKI, async () => {})
    await expect(work).rejects.toThrow(`${join(folder, 'sign-ins')}: cannot be created (`)
  })

  it('of a newer supportmax is left alone', () => {
    const { store, file } = keptIn(newFolder())
    writeFileSync(file, JSON.stringify({ format: 2 }))
    expect(() => store.read(WIKI)).toThrow('written by a newer supportmax')
  })

  it('of format 1 can be read', () => {
    const { store, file } = keptIn(newFolder())
    const { customer, server, issuer, ...signIn } = signInTo(WIKI)
    writeFileSync(file, JSON.stringify({ format: 1, customer, server, issuer, signIn }))
    expect(store.read(WIKI)).toEqual(signInTo(WIKI))
  })
})

describe('an encrypted sign-in', () => {
  const key = randomBytes(32).toString('base64')

  it('shows whose it is, and nothing else', () => {
    const { store, file } = keptIn(newFolder(), keyOf(key))
    expect(store.read(WIKI)).toEqual(signInTo(WIKI))
    const text = readFileSync(file, 'utf8')
    expect(Object.keys(JSON.parse(text))).toEqual(['format', 'customer', 'server', 'issuer', 'sealed'])
    expect(text).not.toMatch(/the-(access|refresh)-token/)
  })

  it.each([
    ['another key', randomBytes(32).toString('hex'), 'cannot be decrypted with the key in SIGN_IN_KEY'],
    ['no key', undefined, 'no value for SIGN_IN_KEY, which "encryption_key_env" names'],
    ['half a key', 'abc', 'SIGN_IN_KEY: not a key of 32 bytes in base64 or hex'],
  ])('is not readable with %s, and nothing is lost', (_, other, words) => {
    const folder = newFolder()
    const { store } = keptIn(folder, keyOf(key))
    expect(() => openSignInStore(folder, keyOf(other)).read(WIKI)).toThrow(words)
    expect(() => openSignInStore(folder, NO_KEY).read(WIKI)).toThrow(
      'is encrypted, but there is no "encryption_key_env"',
    )
    expect(store.read(WIKI)).toEqual(signInTo(WIKI))
  })

  it.each(['customer', 'server', 'issuer'])('is not readable after a change of its %s', name => {
    const folder = newFolder()
    const { store, file } = keptIn(folder, keyOf(key))
    const changed = { ...JSON.parse(readFileSync(file, 'utf8')), [name]: 'other' }
    const { customer, server } = changed
    writeFileSync(join(folder, 'sign-ins', `${customer}.${server}.json`), JSON.stringify(changed))
    expect(() => store.read({ customer, server })).toThrow('cannot be decrypted with the key in SIGN_IN_KEY')
  })

  it('is written over one that was not encrypted', () => {
    const folder = newFolder()
    const { file } = keptIn(folder)
    const store = openSignInStore(folder, keyOf(key))
    const before = store.read(WIKI)
    if (before) store.write(before)
    expect(readFileSync(file, 'utf8')).not.toContain('the-access-token')
    expect(store.read(WIKI)).toEqual(before)
  })
})
