// Which authorization server an MCP server names: RFC 9728, then RFC 8414.

import {
  type AuthorizationServerMetadata,
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  type FetchLike,
  IssuerMismatchError,
  LATEST_PROTOCOL_VERSION,
  type OAuthProtectedResourceMetadata,
} from '@modelcontextprotocol/client'
import type { NetworkPath } from '../../base/http/sockets/sockets.ts'
import { redactedLine } from '../../base/redact.ts'
import { shownUrl } from '../../base/text/urls.ts'
import type { TransportKind } from '../../config/project.ts'
import { Fault } from '../connection.ts'
import { secureUrl, signInFetch } from './network.ts'
import type { SignInTarget } from './sign-in.ts'

/** How to ask a server what signing in to it takes. Holds secrets: never print it. */
export interface ResourceDoor extends NetworkPath {
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

/** Asks the server. Throws a Fault: metadata that cannot be read, or is that of another resource. */
export async function discoverResource(door: ResourceDoor, signal?: AbortSignal): Promise<ResourceFacts> {
  const challenge = await challengeOf(door, signal)
  const metadata = await resourceMetadata(door, challenge.resourceMetadataUrl, signal)
  if (metadata === undefined)
    return { issuers: [new URL('/', door.url).href], resource: undefined, scope: challenge.scope }
  const { resource, authorization_servers: servers = [], scopes_supported: scopes } = metadata
  // RFC 9728, 3.3: tokens for another resource must not be asked for here.
  if (!checkResourceAllowed({ requestedResource: door.url, configuredResource: resource }))
    throw new Fault('not_mcp', `the server says that it is ${shownLine(resource)}, not ${door.url}`, {
      remedy: 'check "url": it must be the address that the server itself names',
    })
  return {
    issuers: servers.length > 0 ? servers : [new URL('/', door.url).href],
    resource,
    scope: challenge.scope ?? scopes?.join(' '),
  }
}

/** The refusal of a request without a token. */
async function challengeOf(
  { address, transport, headers, ...path }: ResourceDoor,
  signal: AbortSignal | undefined,
): Promise<{ resourceMetadataUrl?: URL; scope?: string }> {
  const fetch = signInFetch(path, signal, 'headers')
  const accept = 'application/json, text/event-stream'
  const init =
    transport === 'sse'
      ? { headers: { ...headers, accept }, redirect: 'manual' as const }
      : {
          method: 'POST',
          redirect: 'manual' as const,
          headers: { ...headers, accept, 'content-type': 'application/json' },
          body: JSON.stringify(HELLO),
        }
  const answer = await fetch(address, init)
  return answer.status === 401 || answer.status === 403 ? extractWWWAuthenticateParams(answer) : {}
}

/** Any request would do. This one changes nothing, and servers of both eras know it. */
const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: LATEST_PROTOCOL_VERSION,
    capabilities: {},
    clientInfo: { name: 'supportmax', version: '0' },
  },
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
        `${shownLine(issuer)}: its metadata is that of another issuer, ${shownLine(error.received ?? 'nobody')}`,
        { remedy: 'ask who runs the server: do not sign in there' },
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
