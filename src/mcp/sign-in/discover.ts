// Which authorization server an MCP server names: RFC 9728, then RFC 8414.

import {
  type AuthorizationServerMetadata,
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  type FetchLike,
  IssuerMismatchError,
  type OAuthProtectedResourceMetadata,
} from '@modelcontextprotocol/client'
import type { NetworkPath } from '../../base/http/sockets/sockets.ts'
import { redactedLine } from '../../base/redact.ts'
import { shownUrl } from '../../base/text/urls.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { ServerKey, TransportKind } from '../../config/project.ts'
import { Fault, type FaultKind } from '../connection.ts'
import type { Authorizer, Endpoint } from '../endpoint.ts'
import { openClient } from '../wire/client.ts'
import { anyResult } from '../wire/result.ts'
import { secureUrl, signInFetch } from './network.ts'
import type { SignInTarget } from './sign-in.ts'

/** How to ask a server what signing in to it takes. Holds secrets: never print it. */
export interface ResourceDoor extends ServerKey, NetworkPath {
  /** Without query. */
  url: string
  /** With its query, as it is called. */
  address: string
  transport: TransportKind
  /** For the server itself, never for an authorization server. */
  headers: Record<string, string>
}

/** Everything needed to sign in to one server. Holds secrets: never print it. */
export interface SignInDoor extends SignInTarget, ResourceDoor {
  /** Of the client that is configured. */
  clientSecret: string | undefined
}

/** What a server says about signing in to it. */
export interface ResourceFacts {
  /** The authorization servers that it names; its own origin if it names none (revision 2025-03-26). */
  issuers: string[]
  /** undefined: it has no metadata. */
  resource: string | undefined
  /** Scopes to ask for: of its challenge, else of its metadata. */
  scope: string | undefined
}

/**
 * Asks the server. Throws a Fault: `forbidden` for metadata of another resource, other kinds for those that cannot be read.
 *
 * @param refusal the header WWW-Authenticate of a refusal (default: asks for one)
 */
export async function discoverResource(
  door: ResourceDoor,
  signal?: AbortSignal,
  refusal?: string,
): Promise<ResourceFacts> {
  const challenge = refusal === undefined ? await askForRefusal(door, signal) : challengeIn(refusal)
  const metadata = await resourceMetadata(door, challenge.resourceMetadataUrl, signal)
  if (metadata === undefined)
    return { issuers: [new URL('/', door.url).href], resource: undefined, scope: challenge.scope }
  const { resource, authorization_servers: servers = [], scopes_supported: scopes } = metadata
  // RFC 9728, 3.3: tokens for another resource must not be asked for here.
  if (!checkResourceAllowed({ requestedResource: door.url, configuredResource: resource }))
    throw new Fault(
      'forbidden',
      `the server's metadata describes ${shownLine(resource)}, not ${shownLine(door.url)}`,
      {
        remedy: 'check "url": it must be the address in the metadata of the server',
      },
    )
  return {
    issuers: servers.length > 0 ? servers : [new URL('/', door.url).href],
    resource,
    scope: challenge.scope ?? scopes?.join(' '),
  }
}

/**
 * The refusal of the first request that the server does not serve to everyone: some let all say hello, or even list the
 * tools. Throws a Fault for a server that cannot be reached.
 */
async function askForRefusal(
  { address, transport, ...door }: ResourceDoor,
  signal: AbortSignal | undefined,
): Promise<{ resourceMetadataUrl?: URL; scope?: string }> {
  secureUrl(address)
  let challenge = ''
  const authorizer: Authorizer = {
    token: async () => undefined,
    async renew(refusal) {
      challenge ||= refusal.challenge
      return false
    },
  }
  const endpoint: Endpoint = {
    ...door,
    ...{ url: address, transport: transport === 'auto' ? 'streamable-http' : transport, authorizer },
    ...{ system: '', token: undefined, auth: undefined, smoke: undefined, image: undefined, vouchedUntil: 0 },
    deadlines: {
      connect: TIMEOUTS.signInRequest,
      probe: TIMEOUTS.signInRequest,
      call: TIMEOUTS.signInRequest,
    },
  }
  await listTools(endpoint, signal).catch(error => {
    signal?.throwIfAborted()
    if (challenge === '' && error instanceof Fault && OUT_OF_REACH.has(error.kind)) throw error
  })
  return challengeIn(challenge)
}

/** What the header says about signing in (RFC 9728, 5.1; RFC 6750, 3). */
export function challengeIn(header: string): { resourceMetadataUrl?: URL; scope?: string } {
  return extractWWWAuthenticateParams(new Response(null, { headers: { 'www-authenticate': header } }))
}

const OUT_OF_REACH = new Set<FaultKind>(['refused', 'unreachable', 'proxy', 'timeout', 'closed'])

async function listTools(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<void> {
  const { client, close } = await openClient(endpoint, signal)
  try {
    const options = { timeout: TIMEOUTS.signInRequest, ...(signal ? { signal } : {}) }
    await client.request({ method: 'tools/list', params: {} }, anyResult, options)
  } finally {
    await close()
  }
}

async function resourceMetadata(
  door: ResourceDoor,
  resourceMetadataUrl: URL | undefined,
  signal: AbortSignal | undefined,
): Promise<OAuthProtectedResourceMetadata | undefined> {
  const fetch = signInFetch(door, signal)
  let status = 0
  const noted: FetchLike = async (url, init) => {
    const answer = await fetch(url, init)
    status = answer.status
    return answer
  }
  try {
    const where = resourceMetadataUrl ? { resourceMetadataUrl } : {}
    return await discoverOAuthProtectedResourceMetadata(door.url, where, noted)
  } catch (error) {
    if (error instanceof Fault) throw error
    signal?.throwIfAborted()
    // Only a server that has none may do without: an outage must not lead to another authorization server.
    if (status >= 400 && status < 500 && resourceMetadataUrl === undefined) return undefined
    throw malformed(`${new URL(door.url).host}: the metadata of the resource`, status, error)
  }
}

/** The metadata of an authorization server; undefined if it has none. Throws a Fault if it is another's. */
export async function discoverIssuer(
  issuer: string,
  door: NetworkPath,
  signal?: AbortSignal,
): Promise<AuthorizationServerMetadata | undefined> {
  secureUrl(issuer)
  try {
    const metadata = await discoverAuthorizationServerMetadata(issuer, { fetchFn: signInFetch(door, signal) })
    if (metadata) secureUrl(metadata.authorization_endpoint)
    return metadata
  } catch (error) {
    if (error instanceof Fault) throw error
    signal?.throwIfAborted()
    if (IssuerMismatchError.isInstance(error))
      throw new Fault(
        'not_mcp',
        `the metadata at ${shownLine(issuer)} belongs to another issuer: ${shownLine(error.received ?? 'none')}`,
        { remedy: 'do not sign in there; ask the operator of the server' },
      )
    throw malformed(`${shownLine(issuer)}: its metadata`, undefined, error)
  }
}

function malformed(what: string, status: number | undefined, cause: unknown): Fault {
  const failed = status !== undefined && status >= 400
  return new Fault('not_mcp', `${what} ${failed ? `cannot be read (HTTP ${status})` : 'is malformed'}`, {
    cause,
  })
}

/** An address from outside, for a message. */
export function shownLine(url: string): string {
  return redactedLine(URL.canParse(url) ? shownUrl(url) : url, 160)
}
