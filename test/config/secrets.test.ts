import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'

const server = { name: 'wiki', url: 'https://wiki.example/mcp', bearer_env: 'WIKI' }

/** Places of credentials, and what is wrong with them, without the file and the hints. */
function read(secrets: unknown) {
  const text = JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: [server] }], secrets })
  const { project, errors, warnings } = interpretProject('/srv/acme/f.json', text)
  const words = (list: typeof errors) =>
    list.map(one => problemText({ ...one, file: '', hint: undefined }).replace(/^:\d+:\d+: /, ''))
  return { secrets: project?.secrets, errors: words(errors), warnings: words(warnings) }
}

describe('the places of credentials', () => {
  it('are resolved with their defaults', () => {
    expect(read(undefined).secrets).toEqual({
      from: {},
      keyring: undefined,
      cacheMs: 300_000,
      timeoutMs: 20_000,
    })
    const { secrets, errors, warnings } = read({
      from: { WIKI: { vault: 'acme/wiki' } },
      vault: { address: 'https://vault.example:8200/' },
      keyring: 'mine',
      cache_seconds: 60,
      timeout_seconds: 5,
    })
    expect([errors, warnings]).toEqual([[], []])
    expect(secrets).toEqual({
      from: {
        WIKI: {
          kind: 'vault',
          vault: {
            address: 'https://vault.example:8200',
            tokenName: 'VAULT_TOKEN',
            mount: 'secret',
            namespace: undefined,
            caFile: undefined,
          },
          path: 'acme/wiki',
          field: undefined,
        },
      },
      keyring: 'mine',
      cacheMs: 60_000,
      timeoutMs: 5_000,
    })
    expect(read({ from: { WIKI: { file: 'wiki.txt' } } }).secrets?.from).toEqual({
      WIKI: { kind: 'file', file: '/srv/acme/wiki.txt' },
    })
    expect(read({ from: { WIKI: { keyring: 'wiki' } } }).secrets?.from).toEqual({
      WIKI: { kind: 'keyring', service: 'supportmax', account: 'wiki' },
    })
  })

  it.each<[what: string, secrets: unknown, error: string]>([
    ['no place', { from: { WIKI: {} } }, 'secrets.from.WIKI: is empty'],
    ['no program', { from: { WIKI: { command: [''] } } }, 'secrets.from.WIKI.command: must name a program'],
    [
      'two places',
      { from: { WIKI: { file: 'a', keyring: 'b' } } },
      'secrets.from.WIKI: has more than one place',
    ],
    [
      'a Vault without an address',
      { from: { WIKI: { vault: 'a' } } },
      'secrets.from.WIKI.vault: needs the address of a Vault',
    ],
    [
      'a field of a file',
      { from: { WIKI: { file: 'a', field: 'b' } } },
      'secrets.from.WIKI.field: is only for "vault"',
    ],
    [
      'variables of a file',
      { from: { WIKI: { file: 'a', env: ['A'] } } },
      'secrets.from.WIKI.env: is only for a "command"',
    ],
    [
      'a path that climbs',
      { from: { WIKI: { vault: 'acme/../globex' } } },
      'secrets.from.WIKI.vault: must be a path such as acme/grafana',
    ],
    [
      'a password in the address',
      { vault: { address: 'https://a:b@vault.example' } },
      'secrets.vault.address: must have no user, password or parameters',
    ],
    [
      'an address of another kind',
      { vault: { address: 'unix:///run/vault' } },
      'secrets.vault.address: must be an http or https URL',
    ],
    [
      "Vault's token in Vault",
      { from: { VAULT_TOKEN: { vault: 'token' } }, vault: { address: 'https://vault.example' } },
      "secrets.from.VAULT_TOKEN: is Vault's own token, which cannot come from a command, Vault or the keyring",
    ],
    [
      'a value in place of a name',
      { from: { 'glsa-secret': { file: 'a' } } },
      'must be the NAME of a credential',
    ],
    [
      'a value in place of a place',
      { from: { WIKI: 'canary-value' } },
      'secrets.from.WIKI: must be an object, not a string',
    ],
  ])('are rejected: %s', (_, secrets, error) => {
    const errors = read(secrets).errors.join('\n')
    expect(errors).toContain(error)
    expect(errors).not.toContain('canary')
  })

  it('cause warnings where nothing uses them, or where they contain a secret', () => {
    expect(
      read({
        from: {
          WIKY: { file: 'a' },
          WIKI: { command: ['curl', '-H', 'X-Token: x', 'ghp_0123456789abcdefghij'] },
        },
        vault: { address: 'http://vault.example:8200' },
      }).warnings,
    ).toEqual([
      'secrets.from.WIKY: is not used by any server or platform',
      'secrets.from.WIKI.command[3]: looks like a secret in clear text',
      'secrets.vault.address: sends tokens and values unencrypted',
    ])
    expect(read({ vault: { address: 'http://127.0.0.1:8200' } }).warnings).toEqual([])
  })
})

describe('a credential that two customers name', () => {
  it('is a warning of config validate only, with the command for the first server that uses it', () => {
    const customers = [
      { name: 'Acme', mcp_servers: [server] },
      {
        name: 'Beta',
        mcp_servers: [{ name: 'open', url: 'https://o.example/mcp' }, server, { ...server, name: 'two' }],
      },
    ]
    const { warnings, advice } = interpretProject('/srv/acme/f.json', JSON.stringify({ customers }))
    expect(warnings).toEqual([])
    expect(advice.map(({ message, hint }) => [message, hint])).toEqual([
      [
        'uses the same credential as acme: WIKI',
        'give it one of its own; if it must share this one, run `supportmax secrets allow WIKI beta wiki`',
      ],
    ])
  })
})
