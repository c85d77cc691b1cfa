// The whole program, as a person signs in with it.

import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browse } from '../helpers/authorization-server.ts'
import { type Place, placeIn, startSupportmax, supportmax } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { type SignInWorld, signInWorld } from '../helpers/sign-in.ts'
import { openTerminal, type Terminal } from '../helpers/terminal.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/supportmax.js', import.meta.url))

/** A project whose only server needs a sign-in. */
async function project(more: object = {}, env: Record<string, string> = {}) {
  const world = await signInWorld()
  const folder = newFolder()
  const wiki = { name: 'wiki', url: world.server.url, auth: { oauth: { grant: 'authorization_code' } } }
  const document = { ...more, customers: [{ name: 'Acme', environment: 'prod', mcp_servers: [wiki] }] }
  writeFileSync(join(folder, 'mcp_servers.json'), JSON.stringify(document))
  return { world, place: placeIn(folder, env) }
}

function loginIn({ folder, env }: Place): Terminal {
  const terminal = openTerminal([PROGRAM, 'auth', 'login', 'acme', 'wiki'], {
    folder,
    env: { ...env, DISPLAY: '', WAYLAND_DISPLAY: '' },
    columns: 500,
  })
  onTestFinished(terminal.kill)
  return terminal
}

async function shownAddress(terminal: Terminal): Promise<string> {
  await terminal.sees('address: ')
  return /http:\/\/\S+\/auth\?\S+/.exec(terminal.text())?.[0] ?? ''
}

/** Signs in over the pasted address. */
async function signIn(place: Place): Promise<Terminal> {
  const terminal = loginIn(place)
  terminal.write(`${await browse(await shownAddress(terminal))}\r`)
  expect(await terminal.exited, terminal.text()).toBe(0)
  return terminal
}

const stateText = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(one => one.isFile())
    .map(one => readFileSync(join(one.parentPath, one.name), 'utf8'))
    .join('\n')

describe('auth login', () => {
  it('prints the address, takes the browser that comes back, and then the server is ready', async () => {
    const { world, place } = await project()
    const before = JSON.parse((await supportmax(place, 'status', '--json')).stdout).servers[0]
    expect(before).toMatchObject({ state: 'auth_required', reason: 'not signed in' })
    expect(before.hint).toContain('auth login acme wiki')
    const up = await supportmax(place, 'up')
    expect(up).toMatchObject({ code: 1 })
    expect(up.stderr).toContain('0 of 1 ready')
    expect(world.server.authorizations).toEqual([])
    const terminal = loginIn(place)
    const page = await fetch(await browse(await shownAddress(terminal)))
    expect(await page.text()).toContain('You can close this page.')
    expect(await terminal.exited).toBe(0)
    expect(terminal.text()).toContain(
      `signed in to wiki of Acme (acme) PROD at ${world.authorization.issuer} for files:read`,
    )
    expect((await supportmax(place, 'up')).stderr).toContain('1 of 1 ready')
    expect((await supportmax(place, 'status', '--check')).code).toBe(0)
    expect(world.authorization.requests).toEqual(['metadata', 'register', 'authorize', 'code'])
  })

  it('takes a pasted address, and says what is wrong with another one', async () => {
    const { world, place } = await project()
    const terminal = loginIn(place)
    const address = await browse(await shownAddress(terminal))
    terminal.write('https://wiki.example/\r')
    await terminal.sees('that address cannot be used: it has no code')
    terminal.write(`${address.replace(/state=[^&]+/, 'state=x')}\r`)
    await terminal.sees('that address cannot be used: it belongs to another sign-in')
    terminal.write(`${address}\r`)
    expect(await terminal.exited).toBe(0)
    expect(world.authorization.count('code')).toBe(1)
  })

  it('ends at Ctrl+C, and leaves nothing', async () => {
    const { world, place } = await project()
    const terminal = loginIn(place)
    await shownAddress(terminal)
    terminal.write('\u0003')
    expect(await terminal.exited).toBe(130)
    expect(terminal.text()).toContain('supportmax: interrupted')
    expect(world.authorization.requests).toEqual(['metadata', 'register'])
    expect(stateText(place.folder)).not.toContain('"signIn"')
  })

  it('without a terminal waits for the browser only', async () => {
    const { place } = await project()
    const { child, ended } = startSupportmax(place, 'auth', 'login', 'acme', 'wiki', '--json')
    child.stdin?.end()
    const address = await new Promise<string>(resolve => {
      let text = ''
      child.stderr?.on('data', (part: string) => {
        text += part
        const found = /^(http:\/\/\S+\/auth\?\S+)\n/m.exec(text)?.[1]
        if (found && text.includes('run it in a terminal (over SSH: `ssh -t`)')) resolve(found)
      })
    })
    await fetch(await browse(address))
    const { code, stdout } = await ended
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ customer: 'acme', server: 'wiki', state: 'signed_in', scopes: ['files:read'], refreshable: true },
    })
  })

  it('gives up after --timeout', async () => {
    const { place } = await project()
    const { code, stderr } = await supportmax(place, 'auth', 'login', 'acme', 'wiki', '--timeout', '1')
    expect(code).toBe(124)
    expect(stderr).toContain('supportmax: timed out after 1 s (--timeout)\n  run `')
  })

  it.each([
    [
      'grafana',
      { type: 'alertmanager', name: 'grafana', config: { alertmanager_url: 'https://am.example' } },
      'supportmax starts this server',
    ],
    [
      'open',
      { name: 'open', url: 'https://open.example/mcp' },
      'acme/open: it has no "auth"\n  to sign in to it, add "auth"',
    ],
    [
      'files',
      { name: 'files', url: 'https://files.example/mcp', bearer_env: 'FILES_TOKEN' },
      'its "auth" does not use a sign-in',
    ],
    [
      'ci',
      {
        ...{ name: 'ci', url: 'https://ci.example/mcp' },
        auth: {
          oauth: { grant: 'client_credentials', client_id_env: 'CI_ID', client_secret_env: 'CI_SECRET' },
        },
      },
      'acme/ci: supportmax gets its access token with client credentials\n  run `',
    ],
  ])('is refused for the server %s, which needs none', async (name, server, words) => {
    const folder = newFolder()
    writeFileSync(
      join(folder, 'mcp_servers.json'),
      JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [server] }] }),
    )
    const { code, stderr } = await supportmax(placeIn(folder), 'auth', 'login', 'acme', name)
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })
})

describe('auth status and auth logout', () => {
  it('say what is known, without a token, and revoke it', async () => {
    const { world, place } = await project()
    expect(JSON.parse((await supportmax(place, 'auth', 'status', '--json')).stdout).servers).toMatchObject([
      { customer: 'acme', server: 'wiki', state: 'auth_required', issuer: null, refreshable: false },
    ])
    await signIn(place)
    const shown = await supportmax(place, 'auth', 'status', 'acme', 'wiki')
    expect(shown.stdout).toMatch(/acme\/wiki +PROD +signed in +expires in \d+ min +automatic +http/)
    const out = await supportmax(place, 'auth', 'logout', 'acme', 'wiki')
    expect(out.stderr).toContain('signed out of wiki of Acme (acme) PROD; its tokens were revoked')
    expect(world.authorization.count('revoke')).toBe(1)
    expect((await supportmax(place, 'status')).stdout).toContain('not signed in')
    expect((await supportmax(place, 'auth', 'logout', 'acme', 'wiki')).stderr).toContain(
      'not signed in to wiki of Acme (acme) PROD',
    )
  })

  it('remove the sign-in also if a credential of the server is missing, and say so', async () => {
    const { place } = await project()
    await signIn(place)
    const config = join(place.folder, 'mcp_servers.json')
    const document = JSON.parse(readFileSync(config, 'utf8'))
    document.customers[0].mcp_servers[0].headers = { 'X-Key': '${GONE}' }
    writeFileSync(config, JSON.stringify(document))
    const { stderr, code } = await supportmax(place, 'auth', 'logout', 'acme', 'wiki')
    expect(code).toBe(0)
    expect(stderr.replace(/\s+/g, ' ')).toContain('its tokens were not revoked: acme/wiki: no value for GONE')
    expect(stateText(place.folder)).not.toContain('"signIn"')
  })

  it('remove the sign-in also if the tokens cannot be revoked, and say so', async () => {
    const { world, place } = await project()
    await signIn(place)
    world.authorization.settings.revocation = 'fails'
    const { stderr, code } = await supportmax(place, 'auth', 'logout', 'acme', 'wiki')
    expect(code).toBe(0)
    expect(stderr).toContain(
      `signed out of wiki of Acme (acme) PROD; its tokens were not revoked: ${world.authorization.issuer}: unavailable (HTTP 503)`,
    )
    expect(stateText(place.folder)).not.toContain('"signIn"')
  })
})

describe('a sign-in', () => {
  it('follows its customer to a new id, and goes with its server', async () => {
    const { world, place } = await project()
    await signIn(place)
    await supportmax(place, 'customer', 'rename', 'acme', 'Acme', '--id', 'acme-de')
    expect((await supportmax(place, 'status', '--check')).code).toBe(0)
    expect(world.authorization.count('code')).toBe(1)
    expect((await supportmax(place, 'server', 'remove', 'acme-de', 'wiki')).stderr).toContain(
      'removed the sign-in to acme-de/wiki; its tokens were not revoked',
    )
    expect(stateText(place.folder)).not.toContain('"signIn"')
  })
})

describe('the tokens of a sign-in', () => {
  /** What the server got in the last request. */
  const tokenOf = ({ server }: SignInWorld) => server.authorizations.at(-1)?.replace('Bearer ', '') ?? 'none'

  it('are nowhere but in its file: not in what is printed, and with a key nowhere in clear', async () => {
    const key = randomBytes(32).toString('base64')
    const { world, place } = await project({ encryption_key_env: 'SIGN_IN_KEY' }, { SIGN_IN_KEY: key })
    const terminal = await signIn(place)
    const printed = [terminal.text()]
    for (const words of [
      ['status', '--json'],
      ['auth', 'status', '--json'],
      ['tools', 'acme', '--json'],
      ['up', '--json'],
    ]) {
      const { stdout, stderr } = await supportmax(place, ...words)
      printed.push(stdout, stderr)
    }
    const token = tokenOf(world)
    expect(token).toMatch(/^[\w-]{20,}$/)
    expect(printed.join('\n')).not.toContain(token)
    expect(stateText(place.folder)).not.toContain(token)
    expect(stateText(place.folder)).toContain('"sealed"')
    const wrong = { ...place, env: { ...place.env, SIGN_IN_KEY: randomBytes(32).toString('hex') } }
    expect((await supportmax(wrong, 'status')).stdout).toContain(
      'cannot be decrypted with the key in SIGN_IN_KEY',
    )
    expect((await supportmax(place, 'status', '--check')).code).toBe(0)
  })
})
