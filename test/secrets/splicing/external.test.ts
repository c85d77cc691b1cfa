// Somebody edits what surrounds an external server, to get the secret of its customer to another address.

import { cpSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openApp } from '../../../src/app.ts'
import { readEnvironment } from '../../../src/config/env.ts'
import type { KeptSignIn } from '../../../src/mcp/sign-in/sign-in.ts'
import { status } from '../../../src/stack/look/status.ts'
import { boundFolderOf } from '../../../src/stack/state/folder.ts'
import { closing } from '../../helpers/closing.ts'
import { rawServer, startServer, type TestServer } from '../../helpers/mcp-servers.ts'
import { CANARY, type Foreigner, foreigner, holdsCanary, type World, world } from '../../helpers/splicing.ts'

let one: World
let home: TestServer
let other: Foreigner
let six: Foreigner
/** Where the home server redirects to; undefined: nowhere. */
let redirect: string | undefined

const remote = (url: string, more: object = {}) => ({ name: 'wiki', url, bearer_env: 'ACME_TOKEN', ...more })
const bare = (url: string, more: object = {}) => ({ name: 'wiki', url, ...more })
const at = (path = '/mcp') => `http://${other.host}:${other.port}${path}`

beforeEach(async () => {
  one = world()
  one.variables.ACME_TOKEN = CANARY
  redirect = undefined
  home = closing(
    await startServer({
      kind: 'modern',
      token: CANARY,
      tools: [{ name: 'search', run: () => 'found' }],
      admit: async (_, res) => {
        if (redirect !== undefined) res.writeHead(307, { location: redirect }).end()
        return redirect === undefined
      },
    }),
  )
  ;[other, six] = [await foreigner(), await foreigner('::1')]
  one.configure({ acme: [remote(home.url)] })
  expect(await one.use()).toEqual([{ server: 'acme/wiki', state: 'ready', reason: expect.any(String) }])
  expect(home.authorizations).toContain(`Bearer ${CANARY}`)
})

/** With the canary as the access token. */
function signInOf(url: string): KeptSignIn {
  const issuer = new URL('/', url).href
  const [obtainedAt, none] = [Date.now(), undefined]
  return {
    ...{ customer: 'acme', server: 'wiki', url, issuer, resource: url, ended: none, wantedScope: none },
    client: { kind: 'registered', id: 'client', secret: none, authMethod: none, redirect: none },
    endpoints: { token: `${issuer}token`, revocation: none, authMethods: [] },
    tokens: {
      ...{ access: CANARY, refresh: CANARY, scope: none, obtainedAt, expiresAt: none, after: 'login' },
    },
  }
}

const boundFolder = ({ folder }: World) =>
  boundFolderOf(join(folder, 'mcp_servers.json'), join(folder, 'state', 'supportmax'))

const nothingArrived = () =>
  expect([other, six].map(one => holdsCanary(one.received()))).toEqual([false, false])

/** What the server of `customer` is refused for, or its state. */
async function used(server = 'acme/wiki'): Promise<string> {
  const found = (await one.use()).find(one => one.server === server)
  nothingArrived()
  return found?.state === 'missing_credentials' ? found.reason : (found?.state ?? 'gone')
}

const belongs = (to: string) => `ACME_TOKEN belongs to http://127.0.0.1:${home.port} (acme), not to ${to}`

describe('an edited "url"', () => {
  it.each([
    ['another port', () => at(), () => `http://127.0.0.1:${other.port}`],
    [
      'https in place of http',
      () => home.url.replace('http:', 'https:'),
      () => `https://127.0.0.1:${home.port}`,
    ],
    [
      'another name of the same address',
      () => home.url.replace('127.0.0.1', 'localhost'),
      () => `http://localhost:${home.port}`,
    ],
    [
      'a dot at the end of the name',
      () => `http://localhost.:${other.port}/mcp`,
      () => `http://localhost.:${other.port}`,
    ],
    ['the address in IPv6', () => `http://[::1]:${six.port}/mcp`, () => `http://[::1]:${six.port}`],
    [
      'the address mapped to IPv6',
      () => home.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
      () => `http://[::ffff:7f00:1]:${home.port}`,
    ],
    [
      'a hexadecimal address',
      () => `http://0x7f.1:${other.port}/mcp`,
      () => `http://127.0.0.1:${other.port}`,
    ],
    ['a look-alike name', () => 'https://exаmple.com/mcp', () => 'https://xn--exmple-4nf.com'],
    ['the old address as the path', () => at(`/${home.url}`), () => `http://127.0.0.1:${other.port}`],
    ['the old address as a fragment', () => `${at()}#${home.url}`, () => `http://127.0.0.1:${other.port}`],
  ])('with %s is refused', async (_, url, origin) => {
    one.configure({ acme: [remote(url())] })
    expect(await used()).toBe(belongs(origin()))
    expect([other.connections(), six.connections()]).toEqual([0, 0])
  })

  it.each([
    ['in capitals', () => home.url.replace('http:', 'HTTP:')],
    ['with a decimal address', () => home.url.replace('127.0.0.1', '2130706433')],
  ])('%s leads to the same origin', async (_, url) => {
    one.configure({ acme: [remote(url())] })
    expect(await used()).toBe('ready')
  })

  it.each([
    [
      'a backslash before the new host',
      () => `${home.url.replace('/mcp', '')}\\@127.0.0.1:${other.port}/mcp`,
    ],
    ['the new host as a parameter', () => `${home.url}?@127.0.0.1:${other.port}/`],
  ])('with %s still leads to the old one', async (_, url) => {
    one.configure({ acme: [remote(url())] })
    const before = home.authorizations.length
    await used()
    expect([home.authorizations.length > before, other.connections()]).toEqual([true, 0])
  })

  it.each([
    ['a tab inside', () => `http://127.0.0.1:\t${other.port}/mcp`],
    ['the old host as a user', () => `http://127.0.0.1:${home.port}@127.0.0.1:${other.port}/mcp`],
    ['the old host as a user without a port', () => `http://127.0.0.1@127.0.0.1:${other.port}/mcp`],
  ])('with %s is invalid', async (_, url) => {
    one.configure({ acme: [remote(url())] })
    expect(() => one.open()).toThrow()
    expect(other.connections()).toBe(0)
  })
})

describe('${NAME} of the credential', () => {
  const key = 'ACME_TOKEN'
  it.each([
    ['the host', () => bare(`http://\${${key}}.localhost:${other.port}/mcp`)],
    ['the port', () => bare(`http://127.0.0.1:\${${key}}/mcp`)],
    ['the path', () => bare(at(`/\${${key}}/mcp`))],
    ['the query', () => bare(at(`/mcp?q=\${${key}}`))],
    ['user and password', () => bare(at().replace('//', `//\${${key}}:\${${key}}@`))],
    ['a header', () => bare(at(), { headers: { 'X-Any': `a \${${key}} b` } })],
    ['a header by name', () => bare(at(), { headers: { 'Accept-Language_env': key } })],
    ['"bearer_env" of another server', () => remote(at())],
    [
      'the password of "basic"',
      () => bare(at(), { auth: { basic: { username_env: 'WHO', password_env: key } } }),
    ],
    [
      'the user of "basic"',
      () => bare(at(), { auth: { basic: { username_env: key, password_env: 'WHO' } } }),
    ],
    [
      'a client secret',
      () =>
        bare(at(), {
          auth: { oauth: { grant: 'client_credentials', client_id_env: 'WHO', client_secret_env: key } },
        }),
    ],
    [
      'the client secret of a sign-in',
      () =>
        bare(at(), {
          auth: { oauth: { grant: 'authorization_code', client_id: 'x', client_secret_env: key } },
        }),
    ],
    ['a proxy', () => bare(home.url, { proxy: at('').replace('//', `//\${${key}}:\${${key}}@`) })],
    ['the host of a proxy', () => bare(home.url, { proxy: `http://\${${key}}.localhost:${other.port}` })],
  ])('in %s of a new server is refused', async (_, server) => {
    one.variables.WHO = 'somebody'
    one.configure({ acme: [remote(home.url), { ...server(), name: 'evil' }] })
    expect(await used('acme/evil')).toMatch(/^ACME_TOKEN (belongs to http:\/\/127|must|contains|makes)/)
    expect([other.connections(), six.connections()]).toEqual([0, 0])
    expect(await used('acme/wiki')).toBe('ready')
  })

  it.each([
    ['a header that names the host', { headers: { Host: '${ACME_TOKEN}' } }],
    ['the name of a header', { headers: { 'X-${ACME_TOKEN}': 'x' } }],
    ['the name of the server', { name: '${ACME_TOKEN}' }],
  ])('in %s is invalid', async (_, more) => {
    one.configure({ acme: [remote(home.url, more)] })
    expect(() => one.open()).toThrow()
  })

  it('beside a header that names another host goes to its own origin', async () => {
    one.configure({
      acme: [remote(home.url, { headers: { 'X-Forwarded-Host': `127.0.0.1:${other.port}` } })],
    })
    expect(await used()).toBe('ready')
    expect(other.connections()).toBe(0)
  })
})

describe('another way to the same server', () => {
  it('a proxy that would see plain HTTP is refused', async () => {
    one.configure({ acme: [remote(home.url, { proxy: at('') })] })
    expect(await used()).toBe(belongs(`http://127.0.0.1:${home.port} through http://127.0.0.1:${other.port}`))
    expect(other.connections()).toBe(0)
  })

  it.each([['defaults'], ['the customer']])('and so is one in %s', async place => {
    one.configure(
      { acme: [remote(home.url)] },
      place === 'defaults'
        ? { defaults: { proxy: at('') } }
        : {
            customers: [{ name: 'acme', id: 'acme', proxy: at(''), mcp_servers: [remote(home.url)] }],
          },
    )
    expect(await used()).toContain(`through http://127.0.0.1:${other.port}`)
    expect(other.connections()).toBe(0)
  })

  it('and so is a proxy whose exception was removed', async () => {
    one.configure({ acme: [remote(home.url, { proxy: at(''), no_proxy: ['127.0.0.1'] })] })
    expect(await used()).toBe('ready')
    one.configure({ acme: [remote(home.url, { proxy: at(''), no_proxy: ['127.0.0.10'] })] })
    expect(await used()).toContain(`through http://127.0.0.1:${other.port}`)
    expect(other.connections()).toBe(0)
  })

  it('a sign-in stays away from a proxy that could read its tokens, and was not used for the sign-in', async () => {
    const wiki = { ...bare(home.url), auth: { oauth: { grant: 'authorization_code' } } }
    one.configure({ acme: [wiki] })
    one.open().stack.state.signIns.write(signInOf(home.url))
    expect(await used()).toBe('ready')
    one.configure({ acme: [{ ...wiki, proxy: at('') }] })
    expect(await one.use()).toEqual([
      {
        server: 'acme/wiki',
        state: 'auth_required',
        reason: `the proxy http://127.0.0.1:${other.port} could read the tokens, and was not used when you signed in`,
      },
    ])
    expect(other.connections()).toBe(0)
  })

  it('the message address of an SSE server at another origin gets nothing', async () => {
    const sse = closing(
      await rawServer((_, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.write(`event: endpoint\ndata: ${at('/messages')}\n\n`)
      }),
    )
    one.variables.SSE_TOKEN = `${CANARY}-of-sse`
    const url = `http://127.0.0.1:${sse.port}/sse`
    one.configure({ acme: [{ name: 'wiki', url, bearer_env: 'SSE_TOKEN', timeouts: { connect: 2 } }] })
    expect(await used()).not.toBe('ready')
    expect([sse.authorizations.some(Boolean), other.connections()]).toEqual([true, 0])
  })

  it('a redirect to another origin is not followed', async () => {
    redirect = at()
    expect(await used()).not.toBe('ready')
    expect(other.connections()).toBe(0)
  })
})

describe('a credential of supportmax itself', () => {
  it.each([
    ['the key of the sign-ins', { encryption_key_env: 'OWN_KEY' }, 'OWN_KEY', 'encryption_key_env: would be'],
    [
      'the token of Vault',
      { secrets: { vault: { address: 'https://vault.example' } } },
      'VAULT_TOKEN',
      'secrets.vault: its token would be',
    ],
    [
      'the named token of Vault',
      { secrets: { vault: { address: 'https://vault.example', token_env: 'OWN_TOKEN' } } },
      'OWN_TOKEN',
      'secrets.vault.token_env: its token would be',
    ],
  ])('that a server would get is an error: %s', (_, more, bearer_env, words) => {
    one.configure({ acme: [bare(at(), { bearer_env })] }, more)
    expect(() => one.open()).toThrow(`${words} sent to a server or platform too: ${bearer_env}`)
  })
})

describe('another customer', () => {
  it('that copies the entry is refused', async () => {
    one.configure({ acme: [remote(home.url)], beta: [remote(home.url)] })
    expect(await used('beta/wiki')).toBe(
      `ACME_TOKEN belongs to http://127.0.0.1:${home.port} (acme), not to beta`,
    )
  })

  it('that is first in the file is refused, too', async () => {
    one.configure({ beta: [remote(at())], acme: [remote(home.url)] })
    expect(await used('beta/wiki')).toBe(belongs(`http://127.0.0.1:${other.port} (beta)`))
  })

  it('that is the old customer with another id is refused', async () => {
    one.configure({ 'acme-2': [remote(home.url)] })
    expect(await used('acme-2/wiki')).toBe(
      `ACME_TOKEN belongs to http://127.0.0.1:${home.port} (acme), not to acme-2`,
    )
  })
})

describe('the same value under another name', () => {
  const stolen = (name: string) =>
    `${name} has the value of ACME_TOKEN, which belongs to http://127.0.0.1:${home.port} (acme), not to http://127.0.0.1:${other.port} (beta)`
  const beta = (name: string) =>
    one.configure({ acme: [remote(home.url)], beta: [bare(at(), { bearer_env: name })] })

  it('in the environment is refused', async () => {
    one.variables.BETA_TOKEN = CANARY
    beta('BETA_TOKEN')
    expect(await used('beta/wiki')).toBe(stolen('BETA_TOKEN'))
  })

  it('that looks like a user’s is refused', async () => {
    one.variables.BETA_USER = CANARY
    beta('BETA_USER')
    expect(await used('beta/wiki')).toBe(stolen('BETA_USER'))
  })

  it('from a link to the other customer’s file is refused', async () => {
    const file = one.write('acme-token', CANARY)
    symlinkSync(file, join(one.folder, 'beta-token'))
    one.variables.BETA_TOKEN_FILE = join(one.folder, 'beta-token')
    beta('BETA_TOKEN')
    expect(await used('beta/wiki')).toBe(stolen('BETA_TOKEN'))
  })

  it('from another credentials file is refused', async () => {
    one.write('other.env', `BETA_TOKEN='${CANARY}'\n`)
    const customers = [{ name: 'beta', id: 'beta', mcp_servers: [bare(at(), { bearer_env: 'BETA_TOKEN' })] }]
    one.configure({}, { credentials_file: 'other.env', customers })
    expect(await used('beta/wiki')).toBe(stolen('BETA_TOKEN'))
  })

  it('from a place of the configuration is refused, since nobody has allowed it', async () => {
    one.write('acme-token', CANARY)
    const from = { BETA_TOKEN: { file: './acme-token' } }
    const customers = [{ name: 'beta', id: 'beta', mcp_servers: [bare(at(), { bearer_env: 'BETA_TOKEN' })] }]
    one.configure({}, { secrets: { from }, customers })
    expect(await used('beta/wiki')).toContain('BETA_TOKEN')
    expect(other.connections()).toBe(0)
  })
})

describe('elsewhere', () => {
  it('a model platform with the name of the credential gets nothing', async () => {
    const platforms = { evil: { base_url: at('/v1'), model: 'm', api_key_env: 'ACME_TOKEN' } }
    one.configure({ acme: [remote(home.url)] }, { platforms })
    expect(await used()).toBe('ready')
    expect(other.connections()).toBe(0)
  })

  it('a workload identity of Google sends no file to the address in it before a person has allowed that', async () => {
    const file = one.write('private', CANARY)
    const identity = {
      ...{ type: 'external_account', audience: '//iam.googleapis.com/acme', token_url: at('/token') },
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      credential_source: { file },
    }
    one.write('identity.json', JSON.stringify(identity))
    const platform = { project_id: 'acme', credentials_file: 'identity.json' }
    one.configure({ acme: [] }, { platforms: { google_vertex: platform } })
    await one.use()
    expect(other.connections()).toBe(0)
    const { stack, project } = one.open()
    stack.state.consent.allow([], project.platforms)
    await one.use()
    expect(holdsCanary(other.received())).toBe(true)
  })

  it('the token of Google’s own sign-in goes to another address only with consent', () => {
    const consentTo = (more: object) => {
      one.configure({ acme: [] }, { platforms: { google_vertex: { project_id: 'acme', ...more } } })
      const { stack, project } = one.open()
      return project.platforms.filter(one => one.vertex).map(one => stack.state.consent.ofPlatform(one))
    }
    expect(consentTo({ base_url: 'https://evil.example' })).toEqual(['unknown'])
    expect(consentTo({ base_url: 'https://googleapis.com.evil.example' })).toEqual(['unknown'])
    expect(consentTo({ base_url: 'https://europe-west4-aiplatform.googleapis.com' })).toEqual(['not-needed'])
    expect(consentTo({})).toEqual(['not-needed'])
  })

  it('another name of the project changes nothing', async () => {
    one.configure({ acme: [remote(at())] }, { project: 'renamed' })
    expect(await used()).toBe(belongs(`http://127.0.0.1:${other.port}`))
    expect(other.connections()).toBe(0)
  })

  it('the older file in place of the newer one is refused, too', async () => {
    rmSync(join(one.folder, 'mcp_servers.json'))
    const servers = [{ name: 'acme', url: at('/${ACME_TOKEN}/mcp') }]
    const config = one.write('grafana_servers.json', JSON.stringify({ servers }))
    const { stack, project } = openApp({ config, environment: readEnvironment(one.variables) })
    const report = await status(stack, project.customers, { strays: 'left-out' })
    expect(report.servers.map(({ reason }) => reason)).toEqual([belongs(`http://127.0.0.1:${other.port}`)])
    expect(other.connections()).toBe(0)
  })

  it('a project that got the bindings of this one is refused, too', async () => {
    const next = world()
    next.variables.ACME_TOKEN = CANARY
    next.configure({ acme: [remote(at())] })
    next.open()
    cpSync(boundFolder(one), boundFolder(next), { recursive: true })
    one = next
    expect(await used()).toBe(belongs(`http://127.0.0.1:${other.port}`))
  })

  it('a file of bindings that was cut off lets nothing out', async () => {
    const [file = ''] = readdirSync(boundFolder(one)).filter(name => name.startsWith('bindings-'))
    writeFileSync(join(boundFolder(one), file), '{"format":1,"bindings":[')
    one.configure({ acme: [remote(at())] })
    expect(await used()).toContain('is corrupted, so no credential is used')
    expect(other.connections()).toBe(0)
  })
})

it('the control: the secret arrives once a person allows it', async () => {
  one.configure({ acme: [remote(at())] })
  const { stack, project } = one.open()
  const [server] = project.customers[0]?.servers ?? []
  if (!server) throw new Error('no server')
  stack.state.bindings.allow({ server }, 'ACME_TOKEN')
  await one.use()
  expect(holdsCanary(other.received())).toBe(true)
})
