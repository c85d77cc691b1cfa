// As which client supportmax signs in: one that is configured, one that a document describes, or one that it registers.

import {
  type AuthorizationServerMetadata,
  RegistrationRejectedError,
  registerClient,
} from '@modelcontextprotocol/client'
import { bodyMessage, statusWords } from '../../../base/http/words.ts'
import { Fault } from '../../connection.ts'
import { type SignInDoor, shownLine } from '../discover.ts'
import { signInFetch } from '../network.ts'
import type { SignInClient } from '../sign-in.ts'

interface Wanted {
  issuer: string
  metadata: AuthorizationServerMetadata | undefined
  redirect: string
  /** That of an earlier sign-in at the same issuer. */
  earlier: SignInClient | undefined
}

/** The client for one login. Registers one only if there is none to use. Throws a Fault. */
export async function clientFor(
  door: SignInDoor,
  { issuer, metadata, redirect, earlier }: Wanted,
  signal: AbortSignal,
): Promise<SignInClient> {
  const { clientId, clientMetadataUrl } = door.auth
  const client = { secret: undefined, authMethod: undefined, redirect }
  if (clientId !== undefined) return { ...client, kind: 'configured', id: clientId }
  if (clientMetadataUrl !== undefined && metadata?.client_id_metadata_document_supported === true)
    return { ...client, kind: 'metadata', id: clientMetadataUrl, authMethod: 'none' }
  if (earlier?.kind === 'registered' && earlier.redirect === redirect) return earlier
  if (metadata && metadata.registration_endpoint === undefined)
    throw new Fault('forbidden', `${shownLine(issuer)} does not let clients register themselves`, {
      remedy: REGISTER_BY_HAND,
    })
  return registered(door, { issuer, metadata, redirect }, signal)
}

const REGISTER_BY_HAND =
  'register supportmax there (a native app with the redirect URI http://127.0.0.1/callback), and set "client_id"'

/** RFC 7591. */
async function registered(
  door: SignInDoor,
  { issuer, metadata, redirect }: Omit<Wanted, 'earlier'>,
  signal: AbortSignal,
): Promise<SignInClient> {
  try {
    const answer = await registerClient(issuer, {
      ...(metadata ? { metadata } : {}),
      clientMetadata: {
        client_name: 'supportmax',
        redirect_uris: [redirect],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
      },
      fetchFn: signInFetch(door, signal),
    })
    const { client_id: id, client_secret: secret, token_endpoint_auth_method: authMethod } = answer
    return { kind: 'registered', id, secret, authMethod, redirect }
  } catch (error) {
    if (error instanceof Fault) throw error
    signal.throwIfAborted()
    throw new Fault('forbidden', `${shownLine(issuer)}: ${rejectionWords(error)}`, {
      remedy: REGISTER_BY_HAND,
      cause: error,
    })
  }
}

function rejectionWords(error: unknown): string {
  if (!(error instanceof RegistrationRejectedError)) return 'malformed answer to the client registration'
  const own = bodyMessage(error.body)
  return `rejected the registration of supportmax as a client${own ? `: ${own}` : ''}, ${statusWords(error.status)}`
}
