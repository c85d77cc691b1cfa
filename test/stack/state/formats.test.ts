import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { NO_CREDENTIALS } from '../../../src/secrets/credentials.ts'
import { openState, type StateFolder } from '../../../src/stack/state/folder.ts'
import { takeLock } from '../../../src/stack/state/lock.ts'
import { newFolder } from '../../helpers/folder.ts'
import { anyCustomer, projectOf } from '../../helpers/projects.ts'

const project = projectOf({ project: 'formats', customers: [anyCustomer('Acme'), anyCustomer('Globex')] })
const [acme, globex] = project.customers.flatMap(one => one.servers)
if (!acme || !globex) throw new Error('no servers')
const KEY = '5eedfaceb00c5eedfaceb00c5eedfaceb00c5eedfaceb00c5eedfaceb00c5eed'

let home: string
let state: StateFolder

beforeEach(() => {
  home = newFolder()
  state = openState(project, NO_CREDENTIALS, home)
})

const fileOf = (name: string) => join(state.folder, name)
const put = (name: string, text: string) => writeFileSync(fileOf(name), text)
const read = (name: string) => readFileSync(fileOf(name), 'utf8')
const NEWER = 'written by a newer supportmax (format 2; this one reads up to 1)'

describe('tokens.json', () => {
  it('of a version before formats is carried over, and every later token is added to it', () => {
    put('tokens.json', '{\n "acme/alertmanager": "token-of-acme"\n}\n')
    expect(state.token(acme)).toBe('token-of-acme')
    state.makeTokens([acme, globex])
    expect(JSON.parse(read('tokens.json'))).toEqual({
      format: 1,
      tokens: { 'acme/alertmanager': 'token-of-acme', 'globex/alertmanager': expect.any(String) },
    })
    expect(state.token(acme)).toBe('token-of-acme')
  })

  it('of a newer version is refused and left as it is', () => {
    put('tokens.json', '{"format":2,"vault":"x"}')
    expect(() => state.token(acme)).toThrow(NEWER)
    expect(() => state.makeTokens([acme])).toThrow(NEWER)
    expect(read('tokens.json')).toBe('{"format":2,"vault":"x"}')
  })

  it.each(['{', '[]', '7', '{"a/b":1}', '{"format":1}', '{"format":1,"tokens":["x"]}'])(
    '%s is an error that says what to do',
    text => {
      put('tokens.json', text)
      expect(() => state.token(acme)).toThrow(`${fileOf('tokens.json')}: is corrupted`)
    },
  )
})

describe('accepted-tools.json', () => {
  it('has the tools of each server, sorted, and forgets what was accepted before', () => {
    state.accepted.accept([{ server: acme, tools: ['b', 'a'] }])
    state.accepted.accept([{ server: globex, tools: ['c'] }])
    expect(JSON.parse(read('accepted-tools.json'))).toEqual({
      format: 1,
      accepted: {
        'acme/alertmanager': { origin: expect.stringMatching(/^[0-9a-f]{16}$/), tools: ['a', 'b'] },
        'globex/alertmanager': { origin: expect.any(String), tools: ['c'] },
      },
    })
    expect(statSync(fileOf('accepted-tools.json')).mode & 0o777).toBe(0o600)
    state.accepted.accept([{ server: acme, tools: ['b'] }])
    expect([...state.accepted.of(acme)]).toEqual(['b'])
    expect([...state.accepted.of(globex)]).toEqual(['c'])
  })

  const wiki = { ...acme, managed: false, url: 'https://wiki.example/mcp' }
  const program = (command: string, args: string[]) => ({
    ...acme,
    local: { kind: 'bridge' as const, command, cwd: undefined },
    args,
  })
  const image = (ref: string) => ({ ...acme, image: { kind: 'pull' as const, ref } })
  it.each([
    ['an external server at the same URL', wiki, wiki, true],
    ['an external server at another URL', wiki, { ...wiki, url: 'https://other.example/mcp' }, false],
    ['the same command', program('node', ['a.js']), program('node', ['a.js']), true],
    ['another command', program('node', ['a.js']), program('node', ['b.js']), false],
    ['another release of an image', image('ghcr.io/acme/mcp:1'), image('ghcr.io/acme/mcp:2'), true],
    ['another image', image('ghcr.io/acme/mcp:1'), image('ghcr.io/other/mcp:1'), false],
  ])('counts for %s', (_, before, after, counts) => {
    state.accepted.accept([{ server: before, tools: ['get_page'] }])
    expect([...state.accepted.of(after)]).toEqual(counts ? ['get_page'] : [])
  })

  it.each(['{', '[]', '{"format":1,"accepted":{"acme/alertmanager":7}}', '{"format":2,"x":1}'])(
    '%s accepts nothing',
    text => {
      put('accepted-tools.json', text)
      expect([...state.accepted.of(acme)]).toEqual([])
    },
  )

  it('of a newer version is left as it is', () => {
    put('accepted-tools.json', '{"format":2,"x":1}')
    expect(() => state.accepted.accept([{ server: acme, tools: ['a'] }])).toThrow(NEWER)
    expect(read('accepted-tools.json')).toBe('{"format":2,"x":1}')
  })
})

describe('fingerprint.key', () => {
  const secrets = new Map([['TOKEN', 'value']])

  it('of a version before formats gives the same fingerprint, so that nothing is recreated', () => {
    put('fingerprint.key', KEY)
    const before = state.fingerprint(secrets)
    put('fingerprint.key', JSON.stringify({ format: 1, key: KEY }))
    expect(state.fingerprint(secrets)).toBe(before)
  })

  it('is made with a format, once', () => {
    const first = state.fingerprint(secrets)
    expect(JSON.parse(read('fingerprint.key'))).toEqual({
      format: 1,
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(state.fingerprint(secrets)).toBe(first)
  })

  it('of a newer version is refused and left as it is; garbage is an error', () => {
    put('fingerprint.key', '{"format":2}')
    expect(() => state.fingerprint(secrets)).toThrow(NEWER)
    expect(read('fingerprint.key')).toBe('{"format":2}')
    put('fingerprint.key', 'garbage')
    expect(() => state.fingerprint(secrets)).toThrow('fingerprint.key: is corrupted')
  })
})

describe('lock.json', () => {
  const quiet = { command: 'up', timeoutMs: 300, emit: () => {} }

  it('of a killed supportmax before formats is taken over', async () => {
    const holder = { id: 'x', pid: 1, start: 'another boot', command: 'up', since: new Date().toISOString() }
    put('lock.json', JSON.stringify({ ...holder, compose: null }))
    const lock = await takeLock(state.folder, quiet)
    expect(lock.inherited).toBe(true)
    expect(JSON.parse(read('lock.json'))).toMatchObject({ format: 1, pid: process.pid })
    lock.release()
    expect(readdirSync(state.folder)).toEqual([])
  })

  it('of a newer supportmax is refused and left as it is', async () => {
    put('lock.json', '{"format":2,"holders":[]}')
    await expect(takeLock(state.folder, quiet)).rejects.toThrow(NEWER)
    expect(read('lock.json')).toBe('{"format":2,"holders":[]}')
  })
})

describe('failures.json', () => {
  const failure = {
    reason: 'r',
    hint: 'h',
    at: '2026-11-21T10:00:00.000Z',
    definition: 'd',
    runtime: 'local' as const,
  }

  it('keeps failures by server, and forgets', () => {
    state.failures.update({ failed: new Map([['acme/grafana', failure]]), forget: () => false })
    expect(state.failures.of({ customer: 'acme', server: 'grafana' })).toEqual(failure)
    expect(JSON.parse(read('failures.json'))).toEqual({ format: 1, failures: { 'acme/grafana': failure } })
    state.failures.update({ failed: new Map(), forget: key => key === 'acme/grafana' })
    expect(state.failures.of({ customer: 'acme', server: 'grafana' })).toBeUndefined()
  })

  it('stops no command when a newer supportmax wrote it or it cannot be read, and is left as it is', () => {
    const change = { failed: new Map([['acme/grafana', failure]]), forget: () => true }
    put('failures.json', '{"format":2}')
    expect(state.failures.of({ customer: 'acme', server: 'grafana' })).toBeUndefined()
    state.failures.update(change)
    expect(read('failures.json')).toBe('{"format":2}')
    rmSync(fileOf('failures.json'))
    mkdirSync(fileOf('failures.json'))
    expect(state.failures.of({ customer: 'acme', server: 'grafana' })).toBeUndefined()
    state.failures.update(change)
    expect(readdirSync(state.folder)).toEqual(['failures.json'])
  })

  it('counts as empty when it is garbage', () => {
    for (const text of ['{', '[]', '{"failures":7}', '{"format":1,"failures":{"acme/grafana":{}}}']) {
      put('failures.json', text)
      expect(state.failures.of({ customer: 'acme', server: 'grafana' })).toBeUndefined()
    }
  })

  it('is not created if nothing has failed', () => {
    state.failures.update({ failed: new Map(), forget: () => true })
    expect(readdirSync(state.folder)).toEqual([])
  })
})
