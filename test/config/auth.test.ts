import { describe, expect, it } from 'vitest'
import { missingCredentials } from '../../src/config/missing-credentials.ts'
import { errorsOf, projectOf } from '../helpers/projects.ts'

const documentOf = (server: object) => ({
  customers: [{ name: 'Acme', mcp_servers: [{ name: 'wiki', url: 'https://wiki.example/mcp', ...server }] }],
})
const serverOf = (server: object) => {
  const found = projectOf(documentOf(server)).customers[0]?.servers[0]
  if (!found) throw new Error('no server')
  return found
}

describe('"auth" of a server', () => {
  it.each([
    [{ bearer_env: 'TOKEN' }, { kind: 'bearer', tokenName: 'TOKEN' }, ['TOKEN']],
    [
      { basic: { username_env: 'USER_ACME', password_env: 'PASSWORD_ACME' } },
      { kind: 'basic', userName: 'USER_ACME', passwordName: 'PASSWORD_ACME' },
      ['USER_ACME', 'PASSWORD_ACME'],
    ],
    [
      { oauth: { grant: 'client_credentials', client_id_env: 'ID', client_secret_env: 'SECRET' } },
      {
        kind: 'client-credentials',
        clientIdName: 'ID',
        proof: { secretName: 'SECRET' },
        issuer: undefined,
        scopes: [],
      },
      ['ID', 'SECRET'],
    ],
    [
      { oauth: { grant: 'authorization_code', scopes: ['files:read'] } },
      {
        kind: 'sign-in',
        clientId: undefined,
        clientSecretName: undefined,
        clientMetadataUrl: undefined,
        scopes: ['files:read'],
      },
      [],
    ],
  ])('%j', (auth, expected, names) => {
    const server = serverOf({ auth })
    expect(server.auth).toEqual(expected)
    expect(missingCredentials(server, { get: () => undefined })).toEqual(names)
  })

  it('has "bearer_env" as its short form', () => {
    expect(serverOf({ bearer_env: 'TOKEN' }).auth).toEqual(serverOf({ auth: { bearer_env: 'TOKEN' } }).auth)
  })

  const oauth = (more: object) => ({ auth: { oauth: { grant: 'client_credentials', ...more } } })
  const client = { client_id_env: 'ID', client_secret_env: 'SECRET' }
  it.each([
    [{ auth: {} }, 'auth: is empty'],
    [
      oauth({ ...client, issuer: 'https://me:pw@x.example' }),
      'issuer: must have no user, password or parameters',
    ],
    [
      oauth({ ...client, issuer: 'https://x.example/?key=pw' }),
      'issuer: must have no user, password or parameters',
    ],
    [oauth({ ...client, issuer: 'http://x.example' }), 'issuer: would get the credentials unencrypted'],
    [
      { auth: { oauth: { grant: 'authorization_code', client_metadata_url: 'https://me:pw@x.example/c' } } },
      'client_metadata_url: must have no user, password or fragment',
    ],
    [{ auth: { bearer_env: 'A', basic: { username_env: 'B', password_env: 'C' } } }, 'more than one way'],
    [{ bearer_env: 'A', auth: { bearer_env: 'A' } }, 'auth: conflicts with "bearer_env"'],
    [{ auth: { bearer_env: 'my-secret-value' } }, 'must be the NAME of a credential'],
    [
      { url: 'https://${U}:${P}@x.example/mcp', auth: { bearer_env: 'A' } },
      'conflicts with the user in "url"',
    ],
    [{ headers: { Authorization: 'x' }, auth: { bearer_env: 'A' } }, 'is also set by "auth"'],
    [oauth({}), 'has no "client_id_env"'],
    [oauth({ client_id_env: 'ID' }), 'has no "client_secret_env" or "private_key_file"'],
    [oauth({ ...client, private_key_file: 'k.pem', alg: 'ES256' }), 'has both'],
    [oauth({ client_id_env: 'ID', private_key_file: 'missing.pem' }), 'has no "alg"'],
    [oauth({ client_id_env: 'ID', private_key_file: 'missing.pem', alg: 'ES256' }), 'file not found'],
    [oauth({ ...client, alg: 'none' }), 'alg'],
    [oauth({ ...client, client_id: 'x' }), 'client_id: is only for the grant authorization_code'],
    [oauth({ grant: 'authorization_code', client_id_env: 'X' }), 'is only for the grant client_credentials'],
    [oauth({ grant: 'authorization_code', client_secret_env: 'X' }), 'needs "client_id" too'],
    [
      oauth({ grant: 'authorization_code', client_metadata_url: 'http://x.example/c' }),
      'must be an https URL',
    ],
    [oauth({ ...client, scopes: ['two scopes'] }), 'must be a scope without spaces'],
  ])('%j is an error', (server, message) => {
    expect(errorsOf(documentOf(server)).join('\n')).toContain(message)
  })

  it('is an error for a server that supportmax starts', () => {
    const server = { type: 'alertmanager', config: { alertmanager_url: 'https://am.example' } }
    const document = {
      customers: [{ name: 'Acme', mcp_servers: [{ ...server, auth: { bearer_env: 'A' } }] }],
    }
    expect(errorsOf(document).join('\n')).toContain('auth: is only for external servers')
  })

  it('names a user that basic authentication cannot carry', () => {
    const server = serverOf({ auth: { basic: { username_env: 'U', password_env: 'P' } } })
    const get = (name: string) => ({ U: 'acme:admin', P: 'pässword' })[name]
    expect(missingCredentials(server, { get })).toEqual(['U'])
  })
})
