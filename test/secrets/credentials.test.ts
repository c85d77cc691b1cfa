import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../src/base/errors.ts'
import { problemText } from '../../src/config/document/problems.ts'
import { missingCredentials } from '../../src/config/missing-credentials.ts'
import { loadCredentials } from '../../src/secrets/credentials.ts'
import { newFolder } from '../helpers/folder.ts'
import { projectOf } from '../helpers/projects.ts'

function fileWith(text: string | Buffer, mode: number): string {
  const file = join(newFolder(), 'mcp_credentials.env')
  writeFileSync(file, text, { mode })
  return file
}

describe('credentials', () => {
  it('come from the environment first, then from the file', () => {
    const credentials = loadCredentials(fileWith("A='from $file'\nB=two", 0o600), { B: 'from environment' })
    expect([credentials.get('A'), credentials.get('B'), credentials.get('C')]).toEqual([
      'from $file',
      'from environment',
      undefined,
    ])
  })

  it('a file that others can read causes a warning without its content', () => {
    const { warnings } = loadCredentials(fileWith('A=canary-1', 0o644), {})
    expect(warnings[0]).toMatchObject({
      file: expect.stringMatching(/mcp_credentials\.env$/),
      message: 'can be read by other users',
    })
    expect(warnings[0]?.hint).toMatch(/^run `chmod 600 \/.*\/mcp_credentials\.env`$/)
  })

  it('a value is hidden once it has been read, and is not printed with the object', () => {
    const credentials = loadCredentials(fileWith('A=canary-secret-77', 0o600), {})
    expect(credentials.get('A')).toBe('canary-secret-77')
    expect(reasonOf(new Error('refused: canary-secret-77'))).toBe('refused: ‹hidden›')
    expect(inspect(credentials) + JSON.stringify(credentials)).not.toContain('canary')
  })

  it('a byte order mark is not part of the first name', () => {
    const { get, warnings } = loadCredentials(fileWith('\ufeffA=one\nB=two', 0o600), {})
    expect([get('A'), get('B'), warnings]).toEqual(['one', 'two', []])
  })

  it.each([
    ['with its mark', '\ufeffA=canary'],
    ['without', 'A=canary'],
  ])('UTF-16 %s is recognized', (_, text) => {
    const file = fileWith(Buffer.from(text, 'utf16le'), 0o600)
    expect(() => loadCredentials(file, {})).toThrow(`${file}: is not UTF-8`)
  })

  it('a line that is no entry is reported by its number, never by its text', () => {
    const lines = [
      "# it's a comment",
      '',
      'A="x',
      'y: z"',
      "export B='#1' # c",
      'AM_PASS: canary',
      'AM: canary=1',
    ]
    const file = fileWith(`${lines.join('\r\n')}\r\n{"C": "canary"}\nD=\nE=a: b`, 0o600)
    const { get, warnings } = loadCredentials(file, {})
    expect([get('A'), get('B'), get('D'), get('E')]).toEqual(['x\ny: z', '#1', undefined, 'a: b'])
    expect(warnings.map(problemText)).toEqual(
      [6, 7, 8].map(
        line =>
          `${file}:${line}: ignored: neither NAME=value nor a comment\n  remove the line, or write it as NAME=value`,
      ),
    )
  })

  it('a value with a NUL byte counts as missing, and its name is reported', () => {
    const file = fileWith('A=can\u0000ary\nB=two', 0o600)
    const { get, warnings } = loadCredentials(file, {})
    expect([get('A'), get('B')]).toEqual([undefined, 'two'])
    expect(warnings.map(problemText)).toEqual([
      `${file}: ignored: the value of A contains a NUL byte\n  write the value again, as plain text`,
    ])
  })

  it('a name that is there twice has its last value, and a warning for each earlier line', () => {
    const file = fileWith("A='first'\nB='x'\nA='second'\nA=\n", 0o600)
    const { get, warnings } = loadCredentials(file, {})
    expect(get('A')).toBeUndefined()
    expect(warnings.map(problemText)).toEqual([
      `${file}:1: A: replaced by line 4\n  remove one of the two lines`,
      `${file}:3: A: replaced by line 4\n  remove one of the two lines`,
    ])
  })

  it('a pipe or a device is rejected without waiting for it', () => {
    const pipe = join(newFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const file of [pipe, '/dev/zero'])
      expect(() => loadCredentials(file, {})).toThrow(`${file}: cannot be read (is not a regular file)`)
  })

  it('missing credentials are listed, but optional ones only if the configuration names them', () => {
    const config = { alertmanager_url: 'http://a.example', username_env: 'AM_USER' }
    const [server] =
      projectOf({ customers: [{ name: 'A', mcp_servers: [{ type: 'alertmanager', config }] }] }).customers[0]
        ?.servers ?? []
    if (!server) throw new Error('no server')
    expect(missingCredentials(server, { get: () => undefined })).toEqual(['AM_USER'])
    expect(missingCredentials(server, { get: () => 'x' })).toEqual([])
  })
})
