// Lets those in who have a token of the identity provider, with the SDK's bearer check.

import {
  bearerAuthChallengeResponse,
  OAuthError,
  OAuthErrorCode,
  verifyBearerToken,
} from '@modelcontextprotocol/server'
import { KeysUnavailable } from '../../access/jwt/issuer.ts'
import { doorMetadataUrl } from '../../access/jwt/metadata.ts'
import type { JwtCaller, JwtVerifier } from '../../access/jwt/verify.ts'
import type { Principal } from '../../access/principal.ts'
import type { IdentitySettings } from '../../config/settings/identity.ts'

/**
 * Who asks at the door with this URL, by a JWT in the Authorization header. Otherwise the refusal: 401 for no token and for one
 * that is not good at this door, 403 for one without the scope to read, 503 while the provider's keys cannot be had. 401 and 403
 * name the door's metadata.
 */
export async function principalByJwt(
  request: Request,
  door: URL,
  verifier: JwtVerifier,
): Promise<Principal | Response> {
  const { readScope } = verifier.settings
  const challenge = { requiredScopes: [readScope], resourceMetadataUrl: doorMetadataUrl(door).href }
  let caller: JwtCaller | undefined
  try {
    await verifyBearerToken(request.headers.get('authorization'), {
      ...challenge,
      expectedResource: door,
      verifier: {
        async verifyAccessToken(token) {
          caller = await verifier.verify(token, door)
          if (!caller) throw new OAuthError(OAuthErrorCode.InvalidToken, 'a token for this door is needed')
          // The scope to write includes the one to read.
          const scopes = caller.principal.role ? [...caller.scopes, readScope] : caller.scopes
          return { token, clientId: caller.client, scopes, expiresAt: caller.expires, resource: door }
        },
      },
    })
  } catch (error) {
    if (error instanceof KeysUnavailable) return unavailable()
    return bearerAuthChallengeResponse(error, challenge)
  }
  const { principal: { id, name, role } = {}, expires = 0 } = caller ?? {}
  // Never without a role: the scope to read was required.
  return id !== undefined && name !== undefined && role
    ? { id, name, role, expires: expires * 1_000 }
    : bearerAuthChallengeResponse(undefined, challenge)
}

/** The refusal of a call that needs the scope to write, so that a client can ask the provider for it (RFC 6750, section 3.1). */
export function writeScopeNeeded(door: URL, { writeScope }: IdentitySettings): Response {
  const words = `this needs a token with the scope ${writeScope}`
  return bearerAuthChallengeResponse(new OAuthError(OAuthErrorCode.InsufficientScope, words), {
    requiredScopes: [writeScope],
    resourceMetadataUrl: doorMetadataUrl(door).href,
  })
}

function unavailable(): Response {
  return Response.json(
    { error: 'temporarily_unavailable', error_description: 'the identity provider does not answer' },
    { status: 503, headers: { 'retry-after': '5' } },
  )
}
