import type { McpType } from '../../../catalog/type.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema/document.ts'
import type { Server } from '../../project.ts'
import { referencesIn } from '../../references.ts'
import type { ResolveContext } from '../context.ts'
import { readUrl, type WrittenUrl } from '../urls.ts'
import type { ServerKind } from './kinds/kind.ts'

type Address = Pick<Server, 'service' | 'managed' | 'url' | 'transport' | 'path' | 'containerPort'>

/** How to reach a server: under its service name on the compose network, or at an external URL. */
export function addressOf(
  context: ResolveContext,
  input: ServerInput,
  at: Path,
  identity: { customer: string; name: string; type: McpType; kind: ServerKind | undefined },
): Address {
  const { type, kind } = identity
  const inside =
    context.document.container_settings?.port_ranges?.[type.type]?.internal ?? type.ports.container
  const service = `mcp-${identity.name}-${identity.customer}`
  const written =
    input.url === undefined
      ? undefined
      : readUrl(input.url, [...at, 'url'], context.reporter, 'http://mcp-grafana-acme:8888/mcp')
  if (!written) {
    // An address that is wrong says nothing about the rest of the server.
    const isRemote = kind !== undefined && kind.programOf === undefined
    const managed = !isRemote && (input.url === undefined || input.managed === true)
    if (input.managed === false && input.url === undefined && !kind)
      context.reporter.error([...at, 'managed'], 'is false, but there is no URL to connect to', 'add "url"')
    const path = type.path
    return {
      service,
      managed,
      url: `http://${service}:${inside}${path}`,
      transport: spokenBy(type, input, kind),
      path,
      containerPort: inside,
    }
  }
  const { url, text, isFixedHost } = written
  const host = url.hostname
  const managed = input.type !== undefined && (input.managed ?? (isFixedHost && isServiceName(host)))
  if (managed) reportManaged(context, written, at)
  return {
    service: managed && isServiceName(host) ? host : service,
    managed,
    url: referencesIn(text).length > 0 ? text : url.href,
    transport: transportOf(url, input.transport === 'stdio' ? undefined : input.transport, managed),
    path: url.pathname,
    containerPort: url.port === '' ? inside : Number(url.port),
  }
}

/** What a server without a URL speaks with us; a kind without a type decides by itself. */
function spokenBy(
  type: McpType,
  { transport }: ServerInput,
  kind: ServerKind | undefined,
): Server['transport'] {
  const isOpen = transport === undefined || transport === 'auto' || transport === 'stdio'
  return kind || isOpen ? type.transport : transport
}

function isServiceName(host: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/.test(host) && host !== 'localhost' && host.length <= 63
}

/** A path that ends in /sse selects SSE. Only an external server can be asked which one it speaks. */
function transportOf(
  url: URL,
  written: Server['transport'] | undefined,
  managed: boolean,
): Server['transport'] {
  const byPath = /\/sse\/?$/.test(url.pathname) ? 'sse' : 'streamable-http'
  return written === undefined || (written === 'auto' && managed) ? byPath : written
}

function reportManaged({ reporter }: ResolveContext, { url, text }: WrittenUrl, at: Path): void {
  if (referencesIn(text).length > 0)
    reporter.error(
      [...at, 'url'],
      'contains ${…}, but supportmax starts this server itself',
      'write it without ${…}, or add "managed": false',
    )
  if (url.protocol === 'https:')
    reporter.error(
      [...at, 'url'],
      'uses https, but managed servers speak http on their own network',
      'use http://',
    )
  if (url.search || url.hash)
    reporter.error([...at, 'url'], 'must not have a query or a fragment', 'remove it')
  if (url.port !== '' && Number(url.port) < 1024)
    reporter.error(
      [...at, 'url'],
      'has a port below 1024, which a container cannot open without root',
      'use a port such as 8888',
    )
  // The path becomes both an argument and an endpoint of the server.
  if (!/^\/[A-Za-z0-9._~/-]{1,200}$/.test(url.pathname))
    reporter.error(
      [...at, 'url'],
      'has no usable path',
      'end it with /mcp, or with /sse for the SSE transport',
    )
}
