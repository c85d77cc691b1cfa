// How to get to a server, or a server to its system: certificates, proxy, headers, timeouts.

import type { McpType } from '../../../catalog/type.ts'
import { loopbackFault } from '../../document/loopback.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema/document.ts'
import type { EnvEntry, LoopbackAddress, Server } from '../../project.ts'
import { fillReferences } from '../../references.ts'
import type { Inherited, ResolveContext } from '../context.ts'
import { checkedHeaders } from '../headers.ts'
import { checkProxy, clientCertificateOf, pemFile } from '../network.ts'
import { hasUser } from '../urls.ts'

type Network = Pick<Server, 'caFile' | 'clientCertificate' | 'proxy' | 'timeouts' | 'loopback'>

/** The server's own settings, and the customer's for those that it leaves out. `at` is the server's place. */
export function networkOf(
  context: ResolveContext,
  { input, inherited, at, managed }: { input: ServerInput; inherited: Inherited; at: Path; managed: boolean },
): Network {
  const timeouts = { ...inherited.timeouts, ...input.timeouts }
  const proxy = proxyOf(context, at, input, inherited)
  return {
    caFile: input.ca_file === undefined ? inherited.ca_file : pemFile(context, at, 'ca_file', input.ca_file),
    clientCertificate: certificateOf(context, at, input, managed),
    proxy,
    loopback: managed && proxy ? proxyLoopback(context, input.proxy ? [...at, 'proxy'] : at, proxy.url) : [],
    timeouts: {
      connect: inMs(timeouts.connect),
      call: inMs(timeouts.call),
      idle: inMs(timeouts.idle),
    },
  }
}

/** For external servers only. */
function certificateOf(
  context: ResolveContext,
  at: Path,
  input: ServerInput,
  managed: boolean,
): Server['clientCertificate'] {
  if (!managed) return clientCertificateOf(context, at, input)
  const { client_cert_file: cert, client_key_file: key } = input
  if (cert === undefined && key === undefined) return undefined
  const written = cert === undefined ? 'client_key_file' : 'client_cert_file'
  context.reporter.error([...at, written], 'is only for external servers', 'remove it')
  return undefined
}

function proxyOf(
  context: ResolveContext,
  at: Path,
  input: ServerInput,
  inherited: Inherited,
): Server['proxy'] {
  const url = input.proxy ?? inherited.proxy
  if (url === undefined) return undefined
  // The customer's is checked once, in its own place.
  if (input.proxy !== undefined) checkProxy(context, at, url)
  const isDefault = url === context.document.defaults?.proxy
  const except = input.no_proxy ?? inherited.no_proxy ?? []
  return { url, except, ...(isDefault ? { isDefault } : {}) }
}

/** It may be the customer's, written in another place. */
function proxyLoopback({ reporter }: ResolveContext, at: Path, proxy: string): LoopbackAddress[] {
  const url = fillReferences(proxy, () => 'x')
  const fault = URL.canParse(url) ? loopbackFault(new URL(url).hostname, 'the proxy ') : undefined
  return fault ? [reporter.located(at, fault.message, fault.hint)] : []
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000
}

/** Headers that supportmax sets itself. */
export const OWN_HEADERS = /^(host|content-length|content-type|accept|mcp-.*|last-event-id)$/i

/** The headers of a server. Its `authorization` may be set in only one way. */
export function headersOf(
  { reporter }: ResolveContext,
  at: Path,
  input: ServerInput,
): Record<string, string> {
  const key = input.bearer_env !== undefined ? 'bearer_env' : input.auth && 'auth'
  if (key && hasUser(input.url))
    reporter.error([...at, key], 'conflicts with the user in "url"', 'remove one of them')
  const other = key ? `"${key}"` : hasUser(input.url) ? 'the user in "url"' : undefined
  return checkedHeaders(reporter, at, input.headers, {
    ours: OWN_HEADERS,
    taken: name => (name.toLowerCase() === 'authorization' ? other : undefined),
  })
}

/** What a managed server gets of them: its type says in which variable, as a JSON object. */
export function headersEnv(
  { reporter }: ResolveContext,
  at: Path,
  type: McpType,
  headers: Record<string, string>,
): EnvEntry[] {
  if (Object.keys(headers).length === 0) return []
  if (type.headersEnv !== undefined) return [{ name: type.headersEnv, value: JSON.stringify(headers) }]
  reporter.error([...at, 'headers'], `are not supported by servers of type ${type.type}`, 'remove them')
  return []
}
