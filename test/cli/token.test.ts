// `supportmax token`, as a person and a script type it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { tokenFileIn } from '../../src/access/tokens/file.ts'
import { openTokens } from '../../src/access/tokens/tokens.ts'
import { projectOfState, stateFolderOf } from '../../src/stack/state/folder.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'

let place: Place
const run = (...args: string[]) => supportmax(place, 'token', ...args)
const created = async (...args: string[]) => JSON.parse((await run('create', ...args, '--json')).stdout)

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  const customers = [
    { name: 'Acme GmbH', id: 'acme', mcp_servers: [] },
    { name: 'Beta', access: 'read-write', mcp_servers: [] },
  ]
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ customers }))
})

/** What the gateway reads. */
function tokensHere() {
  const file = join(place.folder, 'mcp_servers.json')
  const home = join(place.folder, 'state', 'supportmax')
  return openTokens(stateFolderOf(projectOfState(file, home) ?? '', file, home))
}

describe('token create', () => {
  it('prints the token alone on stdout, and everything else on stderr', async () => {
    const { code, stdout, stderr } = await run('create', '--customer', 'acme', '--name', 'laptop')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^smx_[\w-]{49}\n$/)
    expect(tokensHere().find(stdout.trim(), 'acme')).toMatchObject({ name: 'laptop', role: 'read-only' })
    expect(stderr).toMatch(
      /^token "laptop" \(\w{8}\) for Acme GmbH \(acme\): read-only, expires \d{4}-\d\d-\d\d\n/,
    )
    expect(stderr).toContain('copy it now: it is not shown again')
    expect(stderr).not.toContain(stdout.trim())
  })

  it('lives for 90 days unless told otherwise', async () => {
    const days = ({ created: from, expires }: { created: string; expires: string }) =>
      (Date.parse(expires) - Date.parse(from)) / 86_400_000
    expect(days(await created('--customer', 'acme'))).toBe(90)
    expect(days(await created('--customer', 'acme', '--expires', '2w'))).toBe(14)
  })

  it('gives the role of a writer only for a customer that can be written', async () => {
    expect(await created('--customer', 'beta', '--role', 'read-write')).toMatchObject({ role: 'read-write' })
    const { code, stderr, stdout } = await run('create', '--customer', 'acme', '--role', 'read-write')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      '--role: acme is read-only in the configuration, so no token can write\n  leave out --role',
    )
  })

  it.each([
    [
      ['--customer', 'acme', '--role', 'admin'],
      '--role: must be read-only or read-write, not "admin"\n  leave',
    ],
    [
      ['--customer', 'acme', '--expires', 'soon'],
      '--expires: must be a time such as 12h, 30d or 8w, not "soon"\n  ',
    ],
    [['--customer', 'acme', '--expires', '400d'], '--expires: 400d is too long; every token expires within'],
    [['--customer', 'acme', '--name', 'a\nb'], 'and . _ @ -, not "a b"\n  use a name such as laptop'],
    [['--customer', 'nobody'], 'no such customer "nobody"\n  use one of: Acme GmbH (acme)'],
    [[], 'no customer given\n  add --customer NAME'],
  ])('says what is wrong with %j', async (words, text) => {
    const { code, stdout, stderr } = await run('create', ...words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(text)
  })
})

describe('token list', () => {
  it('shows no token and no hash, marks expired ones and those of unknown customers', async () => {
    expect((await run('list')).stderr).toBe('no tokens\n')
    const { token, id } = await created('--customer', 'acme', '--name', 'laptop')
    await tokensHere().create({ customer: 'gone', role: 'read-only', lifetimeMs: -1, name: 'old' })
    const { stdout } = await run('list')
    const day = new Date().toISOString().slice(0, 10)
    expect(stdout.split('\n').map(line => line.trim().split(/\s{2,}/))).toEqual([
      ['ID', 'NAME', 'CUSTOMER', 'ROLE', 'CREATED', 'EXPIRES', 'LAST USED'],
      [id, 'laptop', 'acme', 'read-only', expect.stringMatching(/^\d{4}-/), 'in 90 d', 'never'],
      [expect.any(String), 'old', 'gone', 'read-only', day, 'expired', 'never'],
      ['opens nothing: this customer is not in the configuration'],
      [expect.stringContaining('token revoke')],
      [''],
    ])
    const json = (await run('list', '--json')).stdout
    expect(JSON.parse(json)).toMatchObject([{ id, expired: false, lastUsed: null }, { expired: true }])
    expect(json).not.toMatch(/hash|smx_/)
    expect(stdout).not.toContain(token)
    expect(JSON.parse((await run('list', '--customer', 'beta', '--json')).stdout)).toEqual([])
  })

  it('reports a corrupted file', async () => {
    await created('--customer', 'acme')
    const home = join(place.folder, 'state', 'supportmax')
    const config = join(place.folder, 'mcp_servers.json')
    writeFileSync(tokenFileIn(stateFolderOf(projectOfState(config, home) ?? '', config, home)), '{')
    const { code, stderr } = await run('list')
    expect(code).toBe(1)
    expect(stderr).toContain('access-tokens.json: is corrupted')
  })
})

describe('token revoke', () => {
  it.each(['id', 'name', 'token'])('takes the %s', async what => {
    const made = await created('--customer', 'acme', '--name', 'laptop')
    const { code, stdout, stderr } = await run('revoke', made[what])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toBe(`revoked token "laptop" (${made.id}) of acme\n`)
    expect(tokensHere().list()).toEqual([])
  })

  it('asks for an id where several tokens have the name', async () => {
    const acme = await created('--customer', 'acme', '--name', 'ci')
    const beta = await created('--customer', 'beta', '--name', 'ci')
    const { code, stderr } = await run('revoke', 'ci')
    expect(code).toBe(2)
    expect(stderr).toContain(
      `several tokens are named "ci"\n  use an id: ${acme.id} (acme), ${beta.id} (beta)`,
    )
    expect((await run('revoke', 'ci', '--customer', 'beta')).code).toBe(0)
    expect(tokensHere().list()).toMatchObject([{ id: acme.id }])
  })

  it('revokes all, or all of a customer', async () => {
    for (const customer of ['acme', 'acme', 'beta']) await created('--customer', customer)
    expect((await run('revoke', '--all', '--customer', 'acme')).stderr).toBe('revoked 2 tokens\n')
    expect((await run('revoke', '--all')).stderr).toBe('revoked 1 token\n')
    expect((await run('revoke', '--all')).stderr).toBe('no tokens\n')
  })

  it('tells a mistyped token from a revoked one, and shows neither', async () => {
    const { token } = await created('--customer', 'acme')
    const mistyped = await run('revoke', token.slice(0, -1))
    expect(mistyped.stderr).toContain('not a whole token: a character is wrong or missing')
    await run('revoke', token)
    const again = await run('revoke', token)
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('no such token: it was revoked')])
    expect(`${mistyped.stderr}${again.stderr}`).not.toContain(token.slice(0, -1))
  })

  it.each([
    [[], 'name either one token or --all\n  run `'],
    [['x', '--all'], 'name either one token or --all'],
    [['lapto'], 'no such token "lapto" (did you mean "laptop"?)\n  run `'],
  ])('says what is wrong with %j', async (words, text) => {
    await created('--customer', 'acme', '--name', 'laptop')
    const { code, stderr } = await run('revoke', ...words)
    expect(code).toBe(2)
    expect(stderr).toContain(text)
  })

  it('completes ids', async () => {
    const { id } = await created('--customer', 'acme')
    expect((await supportmax(place, '__complete', 'bash', '--', 'token', 'revoke', '')).stdout).toBe(
      `${id}\n`,
    )
  })
})

describe('tokens of a customer', () => {
  it('open its door under a new id', async () => {
    const { token } = await created('--customer', 'beta')
    await supportmax(place, 'customer', 'rename', 'beta', 'Gamma', '--id', 'gamma')
    expect(tokensHere().find(token, 'gamma')).toBeDefined()
    expect(tokensHere().find(token, 'beta')).toBeUndefined()
  })

  it('are revoked when it is removed', async () => {
    await created('--customer', 'beta')
    const { stderr } = await supportmax(place, 'customer', 'remove', 'beta')
    expect(stderr).toContain('revoked 1 token of the gateway\n')
    expect(tokensHere().list()).toEqual([])
  })
})
