import { isLoopback } from '../../../base/text/urls.ts'
import { DEFAULT_SCOPES, type IdentitySettings } from '../../settings/identity.ts'
import type { ResolveContext } from '../context.ts'

/** The identity provider of the gateway; undefined if there is none. Reports addresses that are not safe. */
export function resolveIdentity({ document, reporter }: ResolveContext): IdentitySettings | undefined {
  const found = document.gateway?.identity
  if (!found) return undefined
  const { issuer, jwks_url: jwksUrl, scopes } = found
  const path = ['gateway', 'identity']
  for (const [key, url] of Object.entries({ issuer, jwks_url: jwksUrl }))
    if (url !== undefined && !isSafe(url))
      reporter.error(
        [...path, key],
        'must be an https:// address',
        'use the https:// address of the identity provider',
      )
  const readScope = scopes?.read ?? DEFAULT_SCOPES.readScope
  const writeScope = scopes?.write ?? DEFAULT_SCOPES.writeScope
  if (readScope === writeScope)
    reporter.error(
      [...path, 'scopes'],
      'read and write are the same scope',
      'use two scopes, or leave this out',
    )
  return { issuer, jwksUrl, readScope, writeScope }
}

/** Keys that come without TLS could be anybody's; on this machine there is nobody in between. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, search, hash } = new URL(url)
  if (username !== '' || search !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
