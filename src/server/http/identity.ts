// Who enters with a token of the identity provider.

import { isDeepStrictEqual } from 'node:util'
import { doorMetadata } from '../../access/jwt/metadata.ts'
import type { IdentitySettings } from '../../config/settings/identity.ts'
import type { Identity } from './entrance.ts'

export interface Identities {
  /** Undefined if no provider is configured. */
  current(): Identity | undefined
  /** Uses this provider from now on. If it stays the same, its keys are kept. */
  become(settings: IdentitySettings | undefined): void
}

/** @param base address of this server, without a path */
export function openIdentities(base: string): Identities {
  let now: { settings: IdentitySettings; identity: Identity } | undefined
  return {
    current: () => now?.identity,
    become(settings) {
      if (isDeepStrictEqual(settings, now?.settings)) return
      now = settings && { settings, identity: openIdentity(settings, base) }
    },
  }
}

/** The audience of tokens comes from `base`, never from a header. */
function openIdentity(settings: IdentitySettings, base: string): Identity {
  // Loaded here: a server without a provider does not need the library.
  const loaded = Promise.all([
    import('../../access/jwt/verify.ts').then(({ jwtVerifier }) => jwtVerifier(settings)),
    import('../../mcp/identity/gate.ts'),
  ])
  // A failure belongs to the requests that wait for it, and must not end the process.
  loaded.catch(() => {})
  const doorOf = (customer: string) => new URL(`/customers/${encodeURIComponent(customer)}/mcp`, base)
  return {
    async principalFor(request, customer) {
      const [verifier, { principalByJwt }] = await loaded
      return principalByJwt(request, doorOf(customer), verifier)
    },
    async scopeNeeded(customer) {
      const [, { writeScopeNeeded }] = await loaded
      return writeScopeNeeded(doorOf(customer), settings)
    },
    metadataFor: customer => doorMetadata(doorOf(customer), settings),
  }
}
