import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../src/base/errors.ts'
import { loadCredentials, missingCredentials } from '../../src/config/credentials.ts'
import { projectOf } from '../helpers/projects.ts'

function fileWith(text: string, mode: number): string {
  const file = join(mkdtempSync(join(tmpdir(), 'supportmax-cred-')), 'mcp_credentials.env')
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

  it('a file that others can read is warned of, without its content', () => {
    const { warnings } = loadCredentials(fileWith('A=canary-1', 0o644), {})
    expect(warnings[0]).toMatch(/can be read by others: type {2}chmod 600 mcp_credentials\.env/)
  })

  it('a value that was read once is hidden from then on, and never printed with the object', () => {
    const credentials = loadCredentials(fileWith('A=canary-secret-77', 0o600), {})
    expect(credentials.get('A')).toBe('canary-secret-77')
    expect(reasonOf(new Error('refused: canary-secret-77'))).toBe('refused: ‹hidden›')
    expect(inspect(credentials) + JSON.stringify(credentials)).not.toContain('canary')
  })

  it('missing ones are named; optional ones only when the configuration names them', () => {
    const config = { alertmanager_url: 'http://a.example', username_env: 'AM_USER' }
    const [server] =
      projectOf({ customers: [{ name: 'A', mcp_servers: [{ type: 'alertmanager', config }] }] }).customers[0]
        ?.servers ?? []
    if (!server) throw new Error('no server')
    expect(missingCredentials(server, { get: () => undefined })).toEqual(['AM_USER'])
    expect(missingCredentials(server, { get: () => 'x' })).toEqual([])
  })
})
