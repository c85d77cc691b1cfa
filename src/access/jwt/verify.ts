// Access tokens of an identity provider, as JWTs (RFC 9068).

import { createHash } from 'node:crypto'
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  type RemoteJWKSet,
} from 'jose'
import { isRecord } from '../../base/records.ts'
import type { IdentitySettings } from '../../config/settings/identity.ts'
import type { Principal } from '../principal.ts'
import { issuerKeys, KeysUnavailable } from './issuer.ts'

/** Who presents a JWT at a door; `role` is undefined if it has none of the scopes that give one. */
export interface JwtCaller {
  principal: Omit<Principal, 'role'> & { role: Principal['role'] | undefined }
  client: string
  scopes: string[]
  /** Seconds since 1970. */
  expires: number
}

export interface JwtVerifier {
  settings: IdentitySettings
  /**
   * Who presents this token at the door with this URL; undefined if it is not valid there, for whatever reason. Throws
   * KeysUnavailable if the provider's keys cannot be fetched.
   */
  verify(token: string, door: URL): Promise<JwtCaller | undefined>
}

/** Signatures with a public key. Not `none`, and not HS256, for which a public key would serve as the secret (RFC 8725, 2.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** RFC 9068, section 4. Many providers write `JWT`, also for access tokens; an ID token has another audience. */
const TYPES = new Set([undefined, 'at+jwt', 'application/at+jwt', 'jwt', 'application/jwt'])

const CLOCK_SECONDS = 30
const LONGEST_TOKEN = 16_384
/** Signatures that one token makes us check. */
const MOST_KEYS = 8

/** Checks tokens of this provider. Throws `usage` for an address that is not safe. */
export function jwtVerifier(settings: IdentitySettings, options?: { askAgainMs?: number }): JwtVerifier {
  const issuer = issuerKeys(settings, options)
  let awayUntil = 0
  return {
    settings,
    async verify(token, door) {
      if (!isWellFormed(token)) return undefined
      const remote = await issuer.keys()
      const isAway = Date.now() < awayUntil
      const cached = isAway && remote.fresh ? remote.jwks() : undefined
      // Not one request to the provider for each one to us. Cached keys are used meanwhile.
      if (isAway && !cached) throw new KeysUnavailable(`${settings.issuer}: its keys cannot be fetched`)
      const keys = cached ? createLocalJWKSet(cached) : remote
      try {
        const { payload, protectedHeader } = await verified(token, keys, {
          issuer: settings.issuer,
          audience: door.href,
          algorithms: ALGORITHMS,
          requiredClaims: ['exp', 'sub'],
          clockTolerance: CLOCK_SECONDS,
        })
        return TYPES.has(protectedHeader.typ?.toLowerCase()) ? callerOf(payload, settings) : undefined
      } catch (error) {
        const isUnknownKey = isAway && error instanceof errors.JWKSNoMatchingKey
        if (!isUnknownKey && !isProviderAway(error)) return undefined
        if (!isAway) awayUntil = Date.now() + issuer.pauseMs
        throw new KeysUnavailable(`${settings.issuer}: its keys cannot be fetched`)
      }
    },
  }
}

/** A set of keys; with `reload` if it can be asked for again. */
type SigningKeys = JWTVerifyGetKey & Partial<Pick<RemoteJWKSet, 'coolingDown' | 'reload'>>

/** The library asks for keys again if a token names an unknown one; here, also if none of them has signed one that names none. */
async function verified(token: string, keys: SigningKeys, options: JWTVerifyOptions) {
  try {
    return await verifiedByOne(token, keys, options)
  } catch (error) {
    const isNew = error instanceof errors.JWKSNoMatchingKey && !namesKey(token)
    if (!isNew || keys.coolingDown || !keys.reload) throw error
    await keys.reload()
    return await verifiedByOne(token, keys, options)
  }
}

/** A token that does not name its key is checked with each one that fits its algorithm. */
async function verifiedByOne(token: string, keys: SigningKeys, options: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, keys, options)
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      let tried = 0
      for await (const key of error) {
        const found = await jwtVerify(token, key, options).catch(unlessOtherKey)
        if (found) return found
        if (++tried === MOST_KEYS) break
      }
    } else unlessOtherKey(error)
    throw namesKey(token) ? error : new errors.JWKSNoMatchingKey()
  }
}

/** Only for a token whose header could be read. */
function namesKey(token: string): boolean {
  return decodeProtectedHeader(token).kid !== undefined
}

function unlessOtherKey(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
}

/** RFC 7515, section 2: base64url without padding. The library takes other spellings of the same bytes, too. */
function isWellFormed(token: string): boolean {
  if (token.length > LONGEST_TOKEN) return false
  const parts = token.split('.')
  return (
    parts.length === 3 && parts.every(part => Buffer.from(part, 'base64url').toString('base64url') === part)
  )
}

/** A token that is bound to a key (RFC 9449, RFC 8705) is not valid without proof that the client has that key. */
function callerOf(payload: JWTPayload, settings: IdentitySettings): JwtCaller | undefined {
  const { iss = '', sub = '', exp = 0 } = payload
  if (payload.cnf !== undefined || sub === '') return undefined
  const client = [payload.client_id, payload.azp].find(one => typeof one === 'string') ?? ''
  const scopes = scopesIn(payload)
  return {
    principal: {
      id: `subject:${subjectHash(iss, sub)}`,
      name: String(client) || 'sign-in',
      role: roleOf(scopes, settings),
    },
    client: String(client),
    scopes,
    expires: exp,
  }
}

/** The same person has the same id in each session. It does not reveal their name. */
function subjectHash(issuer: string, subject: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 32)
}

/** RFC 9068, section 2.2.3; Microsoft Entra ID calls it `scp`. */
function scopesIn({ scope, scp }: JWTPayload): string[] {
  const found = scope ?? scp
  if (Array.isArray(found)) return found.filter(one => typeof one === 'string')
  return typeof found === 'string' ? found.split(' ').filter(one => one !== '') : []
}

function roleOf(
  scopes: readonly string[],
  { readScope, writeScope }: IdentitySettings,
): Principal['role'] | undefined {
  if (scopes.includes(writeScope)) return 'read-write'
  return scopes.includes(readScope) ? 'read-only' : undefined
}

/** Failures that say nothing about the token: no connection, a timeout, an answer that is not a key set. */
function isProviderAway(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return false
  // fetch rejects with a TypeError; an answer that is not 200 is a plain JOSEError.
  return (
    isRecord(error) &&
    (error instanceof TypeError || (error as { code?: unknown }).code === 'ERR_JOSE_GENERIC')
  )
}
