// `secrets allow` and `secrets forget`, and the edits that change what credentials are bound to.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'

let place: Place
let ports: number[]
const run = (...args: string[]) => supportmax(place, ...args)
const origin = (at: number) => `http://127.0.0.1:${ports[at]}`
const wiki = (at: number, name = 'wiki') => ({
  name,
  url: `${origin(at)}/mcp`,
  bearer_env: 'WIKI_TOKEN_ACME',
})

function configure(...servers: object[]): void {
  const customers = [{ name: 'Acme', id: 'acme', mcp_servers: servers }]
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers }))
}

/** What `status` says of the first server. */
async function row(): Promise<{ state: string; reason: string; hint: string }> {
  const { stdout } = await run('status', '--json')
  return JSON.parse(stdout).servers[0]
}

/** Nothing listens anywhere. The token was used for the first address. */
beforeEach(async () => {
  place = withoutDocker(placeIn(newFolder(), { WIKI_TOKEN_ACME: 'canary-token-of-the-wiki' }))
  ports = [await freePort(), await freePort()]
  configure(wiki(0))
  expect((await row()).state).toBe('unhealthy')
})

describe('secrets allow --customer', () => {
  const both = (at: number) => [wiki(at), { ...wiki(at, 'pages'), bearer_env: 'PAGES_TOKEN_ACME' }]

  it('allows every refused credential of a customer, after it has shown all of them', async () => {
    place.env.PAGES_TOKEN_ACME = 'canary-token-of-the-pages'
    configure(...both(0))
    await row()
    configure(...both(1))
    const refused = await run('secrets', 'allow', '--customer', 'acme')
    expect(refused.code).toBe(4)
    for (const name of ['WIKI_TOKEN_ACME', 'PAGES_TOKEN_ACME'])
      expect(refused.stderr).toContain(
        `${name} belongs to ${origin(0)} (acme)\n${name} would also be sent to ${origin(1)} (acme)\n`,
      )
    expect((await row()).state).toBe('missing_credentials')
    expect((await run('secrets', 'allow', '--customer', 'acme', '--yes')).code).toBe(0)
    const { stdout } = await run('status', '--json')
    expect(JSON.parse(stdout).servers.map((one: { state: string }) => one.state)).toEqual([
      'unhealthy',
      'unhealthy',
    ])
    const again = await run('secrets', 'allow', '--customer', 'acme', '--yes')
    expect(again).toMatchObject({ code: 0, stderr: 'nothing to allow: no credential of acme is refused\n' })
  })

  it('takes no name beside it', async () => {
    const { code, stderr } = await run('secrets', 'allow', 'WIKI_TOKEN_ACME', '--customer', 'acme')
    expect([code, stderr]).toEqual([2, expect.stringContaining('name either a credential or --customer\n')])
  })
})

describe('secrets allow', () => {
  const allow = (...more: string[]) => run('secrets', 'allow', 'WIKI_TOKEN_ACME', ...more)

  it('shows where the credential belongs and where it would also go, and does nothing without an answer', async () => {
    configure(wiki(1))
    const reason = `WIKI_TOKEN_ACME belongs to ${origin(0)} (acme), not to ${origin(1)}`
    const hint = 'run `supportmax secrets allow WIKI_TOKEN_ACME acme wiki` if that is right'
    expect(await row()).toMatchObject({ state: 'missing_credentials', reason, hint })
    const ran = await allow('acme', 'wiki')
    expect(ran).toMatchObject({ code: 4, stdout: '' })
    expect(ran.stderr).toBe(
      `WIKI_TOKEN_ACME belongs to ${origin(0)} (acme)\n` +
        `WIKI_TOKEN_ACME would also be sent to ${origin(1)} (acme)\n` +
        'supportmax: nothing was allowed: there is no terminal to ask on\n  run it in a terminal, or add --yes\n',
    )
    expect(JSON.parse((await allow('acme', 'wiki', '--json')).stdout)).toEqual({
      name: 'WIKI_TOKEN_ACME',
      belongs: [`${origin(0)} (acme)`],
      added: [`${origin(1)} (acme)`],
    })
    expect((await row()).state).toBe('missing_credentials')
  })

  it('with --yes adds a destination, and the first one stays', async () => {
    configure(wiki(1))
    expect((await allow('acme', 'wiki', '--yes')).stderr).toContain('allowed\n')
    expect((await row()).state).toBe('unhealthy')
    configure(wiki(0))
    expect((await row()).state).toBe('unhealthy')
    expect((await allow('acme', 'wiki', '--yes')).stderr).toBe(
      'nothing to allow: acme/wiki may use WIKI_TOKEN_ACME\n',
    )
  })

  it.each([
    [['NOPE', 'acme', 'wiki'], 'acme/wiki does not use NOPE\n  use one of: WIKI_TOKEN_ACME'],
    [['WIKI_TOKEN_ACME', 'acme'], 'name either a customer and a server, or --platform'],
    [['WIKI_TOKEN_ACME', 'acme', 'nope'], 'Acme has no server "nope"'],
    [['WIKI_TOKEN_ACME', '--platform', 'nope'], 'no such platform "nope"'],
    [['WIKI_TOKEN_ACME', '--platform', 'openai'], 'platform openai does not use WIKI_TOKEN_ACME'],
  ])('%j is a usage error', async (args, words) => {
    const { code, stderr } = await run('secrets', 'allow', ...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`supportmax: ${words}`)])
  })
})

describe('secrets forget', () => {
  it.each([['WIKI_TOKEN_ACME'], ['--customer', 'acme']])(
    '%s lets the next use decide again',
    async (...args) => {
      const { code, stderr } = await run('secrets', 'forget', ...args)
      expect([code, stderr]).toEqual([
        0,
        `WIKI_TOKEN_ACME no longer belongs to ${origin(0)} (acme)\n1 binding forgotten\n` +
          '  check the addresses first: the next use binds the credential again\n',
      ])
      configure(wiki(1))
      expect((await row()).state).toBe('unhealthy')
      configure(wiki(0))
      expect((await row()).state).toBe('missing_credentials')
    },
  )

  it.each([
    [['OTHER'], 'no bindings of OTHER'],
    [['--customer', 'beta'], 'no bindings of beta'],
    [[], 'name either a credential or --customer'],
    [['OTHER', '--customer', 'beta'], 'name either a credential or --customer'],
  ])('%j is a usage error', async (args, words) => {
    const { code, stderr } = await run('secrets', 'forget', ...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`supportmax: ${words}`)])
  })
})

it('an import that names a credential in use gets nothing: another name is made of it', async () => {
  const headers = { Authorization: 'Bearer ${WIKI_TOKEN_ACME}' }
  const foreign = { mcpServers: { other: { type: 'http', url: `${origin(1)}/mcp`, headers } } }
  writeFileSync(join(place.folder, '.mcp.json'), JSON.stringify(foreign))
  for (const customer of ['Acme', 'Beta'])
    expect((await run('import', '.mcp.json', '--customer', customer, '--yes')).code).toBe(0)
  const { servers } = JSON.parse((await run('status', '--json')).stdout)
  expect(servers.map((one: Awaited<ReturnType<typeof row>>) => `${one.state}: ${one.reason}`)).toEqual([
    expect.stringContaining('unhealthy: '),
    'missing_credentials: no value for WIKI_TOKEN_ACME_ACME',
    'missing_credentials: no value for WIKI_TOKEN_ACME_BETA',
  ])
})

describe('an edit of the configuration', () => {
  it('that renames a customer moves its bindings along', async () => {
    expect((await run('customer', 'rename', 'acme', 'Acme', '--id', 'acme-two')).code).toBe(0)
    expect((await row()).state).toBe('unhealthy')
  })

  it('that is made by hand does not', async () => {
    const customers = [{ name: 'Acme', id: 'acme-two', mcp_servers: [wiki(0)] }]
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ runtime: 'local', customers }))
    expect((await row()).reason).toBe(`WIKI_TOKEN_ACME belongs to ${origin(0)} (acme), not to acme-two`)
  })

  it.each([
    ['customer', 'remove', 'acme'],
    ['server', 'remove', 'acme', 'wiki'],
  ])('%s %s forgets what belonged to it, and --dry-run does not', async (...args) => {
    expect((await run(...args, '--dry-run')).code).toBe(0)
    configure(wiki(1))
    expect((await row()).state).toBe('missing_credentials')
    expect((await run(...args)).code).toBe(0)
    configure(wiki(1))
    expect((await row()).state).toBe('unhealthy')
  })

  it('that removes one of two servers with the same credential keeps what it is bound to', async () => {
    configure(wiki(0), wiki(0, 'second'))
    expect((await run('server', 'remove', 'acme', 'second')).code).toBe(0)
    configure(wiki(1))
    expect((await row()).state).toBe('missing_credentials')
  })
})
