// How to get to a server, or a server to its system: certificates, proxy, headers, timeouts.

import { dirname, resolve } from 'node:path'
import type { McpType } from '../../../catalog/type.ts'
import { loopbackFault } from '../../document/loopback.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema.ts'
import type { EnvEntry, LoopbackAddress, Server } from '../../project.ts'
import { fillReferences } from '../../references.ts'
import type { Inherited, ResolveContext } from '../context.ts'
import { checkedHeaders } from '../headers.ts'
import { bundleFault, keyFault } from '../pem.ts'
import { hasUser, readUrl } from '../urls.ts'

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
    clientCertificate: clientCertificateOf(context, at, input, managed),
    proxy,
    loopback: managed && proxy ? proxyLoopback(context, input.proxy ? [...at, 'proxy'] : at, proxy.url) : [],
    timeouts: {
      connect: inMs(timeouts.connect),
      call: inMs(timeouts.call),
      idle: inMs(timeouts.idle),
    },
  }
}

/** Absolute; relative paths belong to the folder of the configuration. Reports a file that is not what it must be. */
export function pemFile(
  { file, reporter, readFile }: ResolveContext,
  at: Path,
  key: 'ca_file' | 'client_cert_file' | 'client_key_file',
  path: string,
): string {
  const absolute = resolve(dirname(file), path)
  const reading = readFile(absolute)
  const fault =
    'fault' in reading
      ? { message: reading.fault, hint: `put the PEM file at ${absolute}, where supportmax can read it` }
      : key === 'client_key_file'
        ? keyFault(reading.content)
        : bundleFault(reading.content, path)
  if (fault) reporter.error([...at, key], fault.message, fault.hint)
  return absolute
}

function clientCertificateOf(
  context: ResolveContext,
  at: Path,
  { client_cert_file: cert, client_key_file: key }: ServerInput,
  managed: boolean,
): Server['clientCertificate'] {
  if (cert === undefined && key === undefined) return undefined
  const { reporter } = context
  const written = cert === undefined ? 'client_key_file' : 'client_cert_file'
  if (managed) {
    reporter.error([...at, written], 'is only for external servers', 'remove it')
    return undefined
  }
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? 'client_cert_file' : 'client_key_file'
    reporter.error([...at, written], `needs "${missing}" too`, `add "${missing}"`)
    return undefined
  }
  return {
    certFile: pemFile(context, at, 'client_cert_file', cert),
    keyFile: pemFile(context, at, 'client_key_file', key),
  }
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
  if (input.proxy !== undefined)
    readUrl(url, [...at, 'proxy'], context.reporter, 'http://proxy.example.com:3128')
  return { url, except: input.no_proxy ?? inherited.no_proxy ?? [] }
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

/** The headers of a server. Its `authorization` may be set in only one way. */
export function headersOf(
  { reporter }: ResolveContext,
  at: Path,
  input: ServerInput,
): Record<string, string> {
  if (input.bearer_env !== undefined && hasUser(input.url))
    reporter.error([...at, 'bearer_env'], 'conflicts with the user in "url"', 'remove one of them')
  const other =
    input.bearer_env !== undefined ? '"bearer_env"' : hasUser(input.url) ? 'the user in "url"' : undefined
  return checkedHeaders(reporter, at, input.headers, {
    ours: /^(host|content-length|content-type|accept|mcp-.*|last-event-id)$/i,
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
