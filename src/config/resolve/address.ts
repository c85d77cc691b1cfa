import type { McpType } from '../../catalog/type.ts'
import type { Path } from '../document/problems.ts'
import type { ServerInput } from '../document/schema.ts'
import type { Server } from '../project.ts'
import type { ResolveContext } from './context.ts'

type Address = Pick<Server, 'service' | 'managed' | 'url' | 'transport' | 'path' | 'containerPort'>

/** How to reach a server: under its service name on the compose network, or at an external URL. */
export function addressOf(
  context: ResolveContext,
  input: ServerInput,
  at: Path,
  identity: { customer: string; name: string; type: McpType },
): Address {
  const { type } = identity
  const inside =
    context.document.container_settings?.port_ranges?.[type.type]?.internal ?? type.ports.container
  const service = `mcp-${identity.name}-${identity.customer}`
  const url = readUrl(context, input, at)
  if (!url) {
    if (input.managed === false && input.url === undefined)
      context.reporter.error([...at, 'managed'], 'is false, but there is no URL to connect to', 'add "url"')
    const path = type.path
    return {
      service,
      managed: true,
      url: `http://${service}:${inside}${path}`,
      transport: type.transport,
      path,
      containerPort: inside,
    }
  }
  const host = url.hostname
  const managed = input.managed ?? isServiceName(host)
  if (managed) reportManaged(context, url, at)
  return {
    service: managed && isServiceName(host) ? host : service,
    managed,
    url: url.href,
    transport: url.pathname.endsWith('/sse') ? 'sse' : 'streamable-http',
    path: url.pathname,
    containerPort: url.port === '' ? inside : Number(url.port),
  }
}

function isServiceName(host: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/.test(host) && host !== 'localhost' && host.length <= 63
}

function readUrl({ reporter }: ResolveContext, input: ServerInput, at: Path): URL | undefined {
  if (input.url === undefined) return undefined
  const fail = (message: string, hint: string) => {
    reporter.error([...at, 'url'], message, hint)
    return undefined
  }
  if (!URL.canParse(input.url))
    return fail('is not a URL', 'use for example http://mcp-grafana-acme:8888/mcp')
  const url = new URL(input.url)
  if (!/^https?:$/.test(url.protocol))
    return fail(`unsupported protocol "${url.protocol.slice(0, 20)}//"`, 'use http:// or https://')
  if (url.username || url.password)
    return fail('contains credentials', 'remove them and name a credential in "bearer_env"')
  return url
}

function reportManaged({ reporter }: ResolveContext, url: URL, at: Path): void {
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
      'has a port below 1024, which a container without root cannot open',
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
