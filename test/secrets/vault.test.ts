import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../src/base/errors.ts'
import { loadCredentials } from '../../src/secrets/credentials.ts'
import { createCertificates } from '../helpers/certificates.ts'
import { newFolder } from '../helpers/folder.ts'
import { freePort } from '../helpers/ports.ts'
import { respond, type StandInVault, startVault } from '../helpers/vault.ts'

interface Ask {
  path?: string
  field?: string | undefined
  mount?: string
  namespace?: string
  caFile?: string
  timeoutMs?: number
  variables?: Record<string, string>
}

/** Credentials with X in this Vault. */
function credentialsOf(
  { address, token }: Pick<StandInVault, 'address' | 'token'>,
  {
    path = 'acme/genesys',
    field,
    mount = 'secret',
    namespace,
    caFile,
    timeoutMs = 20_000,
    variables,
  }: Ask = {},
) {
  const vault = { address, tokenName: 'VAULT_TOKEN', mount, namespace, caFile }
  const place = { kind: 'vault', vault, path, field } as const
  const settings = {
    from: { X: place, Y: { ...place, field: 'id' } },
    keyring: undefined,
    cacheMs: 1_000,
    timeoutMs,
  }
  let now = 0
  const file = join(newFolder(), 'mcp_credentials.env')
  const credentials = loadCredentials(file, variables ?? { VAULT_TOKEN: token }, {
    settings,
    isAllowed: () => true,
    now: () => now,
  })
  return { ...credentials, after: (ms: number) => (now += ms) }
}

async function findingOf(vault: Pick<StandInVault, 'address' | 'token'>, ask?: Ask) {
  const credentials = credentialsOf(vault, ask)
  await credentials.load(['X'])
  const { reason, hint } = credentials.find('X')
  return { value: credentials.get('X'), reason: reason.replace(/127\.0\.0\.1:\d+/g, 'HOST'), hint }
}

const VALUE = 'canary-value-of-vault'

describe('a secret in Vault', () => {
  it('is read by its field, with one request for parallel readers, and hidden', async () => {
    const vault = await startVault()
    vault.secrets.set('acme/genesys', { fields: { client_secret: VALUE, id: 4711 } })
    const credentials = credentialsOf(vault, { field: 'client_secret', namespace: 'team/acme' })
    await Promise.all([credentials.load(['X']), credentials.load(['X', 'Y']), credentials.load(['Y'])])
    expect([credentials.get('X'), credentials.get('Y')]).toEqual([VALUE, '4711'])
    expect(vault.asked).toEqual([
      { path: '/v1/secret/data/acme/genesys', namespace: 'team/acme', token: vault.token },
    ])
    expect(reasonOf(new Error(`${VALUE} ${vault.token}`))).toBe('‹hidden› ‹hidden›')
    expect(credentials.find('X')).toEqual({
      state: 'found',
      source: 'vault',
      place: `${vault.address} secret/acme/genesys client_secret in namespace team/acme`,
      reason: '',
      hint: '',
    })
  })

  it('needs no field if it has only one, and its path may have any characters', async () => {
    const vault = await startVault()
    vault.secrets.set('acme/ä?#%', { fields: { token: VALUE } })
    expect(await findingOf(vault, { path: 'acme/ä?#%' })).toMatchObject({ value: VALUE })
    expect(vault.asked[0]?.path).toBe('/v1/secret/data/acme/%C3%A4%3F%23%25')
  })

  it('is read again when its lease ends before the time for which values are kept', async () => {
    const vault = await startVault()
    vault.secrets.set('acme/genesys', { fields: { a: 'value one' }, lease: 0.5 })
    const credentials = credentialsOf(vault)
    await credentials.load(['X'])
    vault.secrets.set('acme/genesys', { fields: { a: 'value two' } })
    credentials.after(499)
    await credentials.load(['X'])
    expect(credentials.get('X')).toBe('value one')
    credentials.after(1)
    await credentials.load(['X'])
    expect(credentials.get('X')).toBe('value two')
  })

  it('is read over TLS with a CA of its own, and an unknown CA is named', async () => {
    const certificates = createCertificates()
    const vault = await startVault(certificates.cert('server'))
    vault.secrets.set('acme/genesys', { fields: { a: VALUE } })
    expect(await findingOf(vault, { caFile: certificates.ca })).toMatchObject({ value: VALUE })
    const { reason } = await findingOf(vault)
    expect(reason).toMatch(/^Vault at HOST: .*certificate/)
    expect(vault.asked).toHaveLength(1)
  })

  it('needs a token: of the named variable, else the one that `vault login` left', async () => {
    const vault = await startVault()
    vault.secrets.set('acme/genesys', { fields: { a: VALUE } })
    const home = newFolder()
    expect(await findingOf(vault, { variables: { HOME: home } })).toEqual({
      value: undefined,
      reason: 'Vault: no token in VAULT_TOKEN or ~/.vault-token',
      hint: 'run `vault login`',
    })
    writeFileSync(join(home, '.vault-token'), vault.token)
    expect(await findingOf(vault, { variables: { HOME: home } })).toMatchObject({ value: VALUE })
    const file = join(home, 'token')
    writeFileSync(file, `${vault.token}\n`)
    expect(await findingOf(vault, { variables: { VAULT_TOKEN_FILE: file } })).toMatchObject({ value: VALUE })
    expect(await findingOf(vault, { variables: { HOME: home, VAULT_TOKEN: 'two words' } })).toMatchObject({
      reason: 'Vault: the token contains invalid characters',
    })
  })

  it('that is not there, or not for this token, is explained', async () => {
    const vault = await startVault()
    vault.secrets.set('acme/two', { fields: { user: VALUE, password: VALUE } })
    vault.secrets.set('acme/deleted', { fields: null, version: 3, deletion_time: '2026-11-25T10:00:00Z' })
    vault.secrets.set('acme/destroyed', { fields: null, version: 2, destroyed: true })
    vault.secrets.set('acme/object', { fields: { a: { b: VALUE } } })
    const told = async (ask: Ask, over: Partial<StandInVault> = {}) => {
      const { value, reason, hint } = await findingOf({ ...vault, ...over }, ask)
      expect(value).toBeUndefined()
      return [reason, hint]
    }
    expect(await told({ path: 'acme/none' })).toEqual([
      'Vault at HOST: secret/acme/none: no such secret',
      'check its path: `vault kv get -mount=secret acme/none`',
    ])
    expect(await told({ path: 'a;rm' })).toEqual([
      'Vault at HOST: secret/a;rm: no such secret',
      "check its path: `vault kv get -mount=secret 'a;rm'`",
    ])
    expect(await told({ path: 'acme/deleted' })).toEqual([
      'Vault at HOST: secret/acme/deleted: version 3 was deleted',
      'run `vault kv undelete -versions=3 -mount=secret acme/deleted`, or write a new one',
    ])
    expect(await told({ path: 'acme/destroyed' })).toEqual([
      'Vault at HOST: secret/acme/destroyed: version 2 was destroyed',
      'run `vault kv put -mount=secret acme/destroyed …` to write a new one',
    ])
    expect(await told({ path: 'acme/two' })).toEqual([
      'Vault at HOST: secret/acme/two: has more than one field',
      'set "field" to one of: "user", "password"',
    ])
    expect(await told({ path: 'acme/two', field: 'pass' })).toEqual([
      'Vault at HOST: secret/acme/two: has no field "pass"',
      'set "field" to one of: "user", "password"',
    ])
    expect(await told({ path: 'acme/object' })).toEqual([
      'Vault at HOST: secret/acme/object: the field "a" is not text',
      'run `vault kv get -mount=secret acme/object`',
    ])
    expect(await told({ path: 'forbidden/x' })).toEqual([
      'Vault at HOST: secret/forbidden/x: permission denied: the token has expired, or may not read it',
      'run `vault login`, or let its policy read secret/data/forbidden/x',
    ])
    expect(await told({}, { token: 'hvs.canary-other' })).toEqual([
      'Vault at HOST: secret/acme/genesys: the token is invalid or has expired',
      'run `vault login`, or let its policy read secret/data/acme/genesys',
    ])
    expect(await told({ mount: 'kv' })).toEqual([
      'Vault at HOST: kv/acme/genesys: nothing is mounted at "kv"',
      'check "mount" in "secrets.vault": `vault secrets list -detailed` shows the mounts',
    ])
    vault.isSealed = true
    expect(await told({})).toEqual([
      'Vault at HOST: secret/acme/genesys: Vault is sealed',
      'unseal it, or ask its administrators',
    ])
  })

  it('behind something other than Vault is explained', async () => {
    const vault = await startVault()
    const told = async (instead: StandInVault['instead'], ask?: Ask) => {
      vault.instead = instead
      return (await findingOf(vault, ask)).reason
    }
    const where = 'Vault at HOST: secret/acme/genesys:'
    expect(await told((_, res) => res.end('<html><title>Welcome</title></html>'))).toBe(
      `${where} the answer does not come from Vault`,
    )
    // Version 1: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v1#read-secret
    expect(
      await told((_, res) => respond(res, 200, { data: { data: 'x' }, lease_duration: 2_764_800 })),
    ).toBe(`${where} "secret" is not a KV engine of version 2`)
    expect(
      await told((_, res) => {
        res.writeHead(502, { 'content-type': 'text/html' })
        res.end('<html><title>Bad Gateway</title></html>')
      }),
    ).toMatch(/^Vault at HOST: secret\/acme\/genesys: bad gateway.*web page "Bad Gateway"$/)
    expect(
      await told((_, res) =>
        respond(res, 429, { errors: ['request path "secret/": rate limit quota exceeded'] }),
      ),
    ).toMatch(/rate limited \(HTTP 429\): .*quota exceeded$/)
    expect(await told(() => {}, { timeoutMs: 300 })).toBe('Vault at HOST: no answer within 300 ms')
    expect(await told((_, res) => res.destroy())).toMatch(/^Vault at HOST: /)
    const nobody = { address: `http://127.0.0.1:${await freePort()}`, token: vault.token }
    expect((await findingOf(nobody)).reason).toBe('Vault at HOST: connection refused')
  })

  it('at a standby does not send the token to the address that it redirects to', async () => {
    const vault = await startVault()
    const active = await startVault()
    active.secrets.set('acme/genesys', { fields: { a: VALUE } })
    vault.instead = (req, res) => {
      res.writeHead(307, { location: `${active.address}${req.url}` })
      res.end()
    }
    expect(await findingOf(vault)).toEqual({
      value: undefined,
      reason: 'Vault at HOST: secret/acme/genesys: redirects to http://HOST; the token is not sent there',
      hint: `set "address" in "secrets.vault" to the active server, if that is ${active.address}`,
    })
    expect(active.asked).toEqual([])
  })
})
