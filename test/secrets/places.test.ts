import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../src/base/errors.ts'
import type { SecretPlace } from '../../src/config/project.ts'
import { loadCredentials } from '../../src/secrets/credentials.ts'
import { newFolder } from '../helpers/folder.ts'

const HOUR = 3_600_000

/** Credentials whose places are all allowed, in a folder of their own. */
function credentialsWith(
  from: Record<string, SecretPlace>,
  {
    variables = {},
    stored = '',
    folder = newFolder(),
    timeoutMs = 20_000,
    isAllowed = () => true,
    now = () => 0,
    keyring = undefined,
  }: {
    variables?: Record<string, string>
    stored?: string
    folder?: string
    timeoutMs?: number
    isAllowed?: (name: string) => boolean
    now?: () => number
    keyring?: string | undefined
  } = {},
) {
  const file = join(folder, 'mcp_credentials.env')
  writeFileSync(file, stored, { mode: 0o600 })
  const settings = { from, keyring, cacheMs: HOUR, timeoutMs }
  const path = { PATH: process.env.PATH ?? '' }
  return loadCredentials(file, { ...path, ...variables }, { settings, isAllowed, now })
}

/** A command that runs this script in a shell. */
const shell = (script: string): SecretPlace => ({ kind: 'command', command: ['sh', '-c', script], env: [] })

function fileOf(content: string | Buffer): string {
  const path = join(newFolder(), 'secret')
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

describe('a credential', () => {
  it('comes from the environment, the credentials file, NAME_FILE and its place, in this order', async () => {
    const places = {
      A: shell('echo from-place-a'),
      B: shell('echo from-place-b'),
      C: shell('echo from-place-c'),
      D: shell('echo from-place-d'),
    }
    const credentials = credentialsWith(places, {
      variables: {
        A: 'from-environment',
        A_FILE: fileOf('x'),
        B_FILE: fileOf('x'),
        C_FILE: fileOf('from-name-file\n'),
      },
      stored: "A='x'\nB='from-stored'\n",
    })
    await credentials.load(['A', 'B', 'C', 'D'])
    expect(['A', 'B', 'C', 'D'].map(name => credentials.get(name))).toEqual([
      'from-environment',
      'from-stored',
      'from-name-file',
      'from-place-d',
    ])
    expect(['A', 'B', 'C', 'D'].map(name => credentials.find(name).source)).toEqual([
      'environment',
      'credentials_file',
      'name_file',
      'command',
    ])
  })

  it('has a place that was not asked, then a value, which is hidden from then on', async () => {
    const credentials = credentialsWith({ A: shell('echo canary-of-a-command') })
    expect([credentials.get('A'), credentials.isUnasked('A'), credentials.find('A').state]).toEqual([
      undefined,
      true,
      'not_fetched',
    ])
    await credentials.load(['A', 'B'])
    expect(reasonOf(new Error('refused: canary-of-a-command'))).toBe('refused: ‹hidden›')
    expect([credentials.get('A'), credentials.isUnasked('A'), credentials.find('A').state]).toEqual([
      'canary-of-a-command',
      false,
      'found',
    ])
    expect(credentials.find('B').state).toBe('missing')
  })

  it('whose place nobody has allowed is not asked for, and says so', async () => {
    const mark = join(newFolder(), 'mark')
    const places: Record<string, SecretPlace> = {
      A: shell(`touch ${mark}; echo canary`),
      B: { kind: 'file', file: fileOf('canary') },
    }
    const credentials = credentialsWith(places, { isAllowed: () => false })
    await credentials.load(['A', 'B'])
    expect(['A', 'B'].map(name => credentials.get(name))).toEqual([undefined, undefined])
    expect(() => readFileSync(mark)).toThrow('ENOENT')
    expect(credentials.find('A')).toEqual({
      state: 'not_allowed',
      source: 'command',
      place: `sh -c 'touch ${mark}; echo canary'`,
      reason: `comes from a command that you have not allowed: sh -c 'touch ${mark}; echo canary'`,
      hint: 'run `supportmax trust` to see and allow it',
    })
    expect(credentials.find('B').state).toBe('not_allowed')
  })
})

describe('a file with a value', () => {
  const find = (path: string) => credentialsWith({}, { variables: { A_FILE: path } }).find('A')
  const reasonIn = (path: string) => find(path).reason

  it('is read without its last line break, and again when it changes', () => {
    const path = fileOf('first value\n')
    const { get } = credentialsWith({ A: { kind: 'file', file: path } })
    expect(get('A')).toBe('first value')
    writeFileSync(path, 'the second value\r\n')
    expect(get('A')).toBe('the second value')
    rmSync(path)
    expect(get('A')).toBeUndefined()
  })

  it('can be a link, which is replaced when the value changes', () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'v1'), 'value one')
    writeFileSync(join(folder, 'v2'), 'value two')
    symlinkSync('v1', join(folder, 'link'))
    const { get } = credentialsWith({}, { variables: { A_FILE: join(folder, 'link') } })
    expect(get('A')).toBe('value one')
    rmSync(join(folder, 'link'))
    symlinkSync('v2', join(folder, 'link'))
    expect(get('A')).toBe('value two')
  })

  it('that cannot be used is named with the reason, and no other source is used then', () => {
    const folder = newFolder()
    symlinkSync('nowhere', join(folder, 'link'))
    mkdirSync(join(folder, 'folder'))
    const place = { A: shell('echo other') }
    const named = credentialsWith(place, { variables: { A_FILE: join(folder, 'none') } })
    expect([named.get('A'), named.isUnasked('A'), named.find('A').state]).toEqual([
      undefined,
      false,
      'failed',
    ])
    expect(reasonIn(join(folder, 'none'))).toBe(`${folder}/none: file not found`)
    expect(reasonIn(join(folder, 'link'))).toBe(`${folder}/link: file not found`)
    expect(reasonIn(join(folder, 'folder'))).toBe(`${folder}/folder: cannot be read (is a folder)`)
    expect(reasonIn('/dev/zero')).toBe('/dev/zero: cannot be read (is not a regular file)')
    expect(reasonIn(fileOf('x'.repeat(70_000)))).toMatch(/: cannot be read \(is larger than 64 KB\)$/)
    expect(reasonIn(fileOf(Buffer.from([0xff, 0xfe, 0x41, 0])))).toMatch(/: is not UTF-8 text$/)
    expect(reasonIn(fileOf('\n'))).toMatch(/: is empty$/)
  })

  it.skipIf(process.getuid?.() === 0)('that this user may not read is named', () => {
    const path = fileOf('canary')
    chmodSync(path, 0)
    expect(reasonIn(path)).toBe(`${path}: cannot be read (permission denied)`)
  })
})
