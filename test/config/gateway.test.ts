import { describe, expect, it } from 'vitest'
import { problemText } from '../../src/config/document/problems.ts'
import { interpretProject } from '../../src/config/load.ts'

/** The identity provider, and what is wrong with it, without the file and the hints. */
function read(identity: unknown) {
  const text = JSON.stringify({ customers: [], gateway: { identity } })
  const { project, errors } = interpretProject('/srv/acme/f.json', text)
  const words = errors.map(one =>
    problemText({ ...one, file: '', hint: undefined }).replace(/^:\d+:\d+: /, ''),
  )
  return { identity: project?.identity, errors: words }
}

describe('the identity provider of the gateway', () => {
  it('is resolved with its defaults', () => {
    expect(read(undefined)).toEqual({ identity: undefined, errors: [] })
    expect(read({ issuer: 'https://idp.example/realm' })).toEqual({
      identity: {
        issuer: 'https://idp.example/realm',
        jwksUrl: undefined,
        readScope: 'supportmax:read',
        writeScope: 'supportmax:write',
      },
      errors: [],
    })
    const scopes = { read: 'api://support/read', write: 'api://support/write' }
    expect(
      read({ issuer: 'http://127.0.0.1:8080', jwks_url: 'https://idp.example/keys', scopes }).identity,
    ).toEqual({
      issuer: 'http://127.0.0.1:8080',
      jwksUrl: 'https://idp.example/keys',
      readScope: scopes.read,
      writeScope: scopes.write,
    })
  })

  it.each([
    [{ issuer: 'http://idp.example' }, 'gateway.identity.issuer: must be an https:// address'],
    [{ issuer: 'idp' }, 'gateway.identity.issuer: must be an https:// address'],
    [{ issuer: 'https://a:b@idp.example' }, 'gateway.identity.issuer: must be an https:// address'],
    [
      { issuer: 'https://i.example', jwks_url: 'ftp://x' },
      'gateway.identity.jwks_url: must be an https:// address',
    ],
    [
      { issuer: 'https://i.example', scopes: { read: 'a b' } },
      'gateway.identity.scopes.read: must be one scope',
    ],
    [
      { issuer: 'https://i.example', scopes: { read: 'x', write: 'x' } },
      'gateway.identity.scopes: read and write are the same',
    ],
    [{}, 'gateway.identity'],
    [{ issuer: 'https://i.example', secret: 'x' }, 'gateway.identity'],
  ])('is refused: %j', (identity, text) => {
    expect(read(identity).errors).toEqual([expect.stringContaining(text)])
  })
})
