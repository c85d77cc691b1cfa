// An identity provider whose access tokens open customers' doors, besides our own tokens.

import { createRemoteJWKSet, type RemoteJWKSet } from 'jose'
import { SupportError } from '../../base/errors.ts'
import { isRecord } from '../../base/records.ts'
import { isLoopback } from '../../base/text/urls.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { IdentitySettings } from '../../config/settings/identity.ts'

/** The provider's keys cannot be fetched now, which says nothing about a token. */
export class KeysUnavailable extends Error {}

/** Milliseconds before an unknown key makes us fetch again: anybody can send a token that names a key that does not exist, or none. */
const ASK_AGAIN_MS = 30_000
const KEEP_MS = 600_000

export interface IssuerKeys {
  /** Milliseconds before a provider that did not answer is asked again. */
  pauseMs: number
  /** Always the same set. Throws KeysUnavailable until the provider's metadata could be read once. */
  keys(): Promise<RemoteJWKSet>
}

/** The public keys of a provider: fetched when they are needed, kept for 10 minutes, and asked for again after a rotation. */
export function issuerKeys(settings: IdentitySettings, { askAgainMs = ASK_AGAIN_MS } = {}): IssuerKeys {
  checkAddress('issuer', settings.issuer)
  if (settings.jwksUrl !== undefined) checkAddress('jwks_url', settings.jwksUrl)
  let found: Promise<RemoteJWKSet> | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  async function open(): Promise<RemoteJWKSet> {
    const url = settings.jwksUrl ?? (await jwksUrlOf(settings.issuer))
    return createRemoteJWKSet(new URL(url), {
      timeoutDuration: TIMEOUTS.identityKeys,
      cooldownDuration: askAgainMs,
      cacheMaxAge: KEEP_MS,
    })
  }
  const pauseMs = askAgainMs / 10
  return {
    pauseMs,
    async keys() {
      if (found === undefined && Date.now() - failedAt < pauseMs)
        throw new KeysUnavailable(`${settings.issuer}: no metadata`)
      found ??= open()
      try {
        return await found
      } catch (error) {
        found = undefined
        failedAt = Date.now()
        throw error
      }
    },
  }
}

/** RFC 8414, section 3.1: the well-known part comes before the path. OpenID Connect Discovery 1.0, section 4: after it. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

async function jwksUrlOf(issuer: string): Promise<string> {
  for (const url of metadataUrls(issuer)) {
    const metadata = await jsonAt(url)
    // RFC 8414, section 3.3: other metadata must not be used.
    if (isRecord(metadata) && metadata.issuer === issuer && typeof metadata.jwks_uri === 'string') {
      checkAddress('jwks_uri', metadata.jwks_uri)
      return metadata.jwks_uri
    }
  }
  throw new KeysUnavailable(`${issuer}: found no metadata with this issuer and its keys`)
}

async function jsonAt(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUTS.identityKeys),
    })
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}

/** Keys that come without TLS could be anybody's, except from this machine. */
function checkAddress(name: string, url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isLocal = parsed?.protocol === 'http:' && isLoopback(parsed.hostname)
  if (parsed?.protocol === 'https:' || isLocal) return
  throw new SupportError(
    'usage',
    `gateway.identity: ${name}: must be an https:// address, not "${url.slice(0, 80)}"`,
    {
      hint: 'use the address of the identity provider with https://',
    },
  )
}
