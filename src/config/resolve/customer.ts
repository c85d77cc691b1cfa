import type { CustomerInput } from '../document/schema.ts'
import type { Customer } from '../project.ts'
import { fillReferences } from '../references.ts'
import type { Inherited, ResolveContext } from './context.ts'
import { customerIds } from './identity.ts'
import { pemFile } from './servers/network.ts'
import { resolveServer } from './servers/server.ts'
import { readUrl } from './urls.ts'

export function resolveCustomer(context: ResolveContext, index: number): Customer {
  const { document, reporter } = context
  const at = ['customers', index]
  const input = document.customers[index] as CustomerInput
  const inherited: Inherited = { ...document.defaults, ...withoutUndefined(input) }
  const ids = customerIds(input)
  const id = ids[0] ?? `customer-${index + 1}`
  if (ids.length === 0)
    reporter.error([...at, 'name'], 'has no letter or digit to derive an id from', 'add "id": "some-id"')
  if (ids.length > 1)
    reporter.error(
      [...at, 'mcp_servers'],
      `the URLs name several ids (${ids.join(', ')})`,
      `add "id": "${id}"`,
    )
  reportGenesys(context, index)
  const host = input.host === undefined ? undefined : checkedHost(context, [...at, 'host'], input.host)
  const scope = { context, at, id, input, host, inherited: withNetwork(context, at, inherited) }
  return {
    id,
    name: input.name,
    description: input.description,
    host: input.host,
    environment: inherited.environment,
    access: inherited.access ?? 'read-only',
    platformsAllowed: inherited.platforms_allowed,
    servers: input.mcp_servers.map((_, i) => resolveServer(scope, i)),
  }
}

/**
 * A host name or address alone, since URLs are derived from it. It may name credentials as ${NAME}. Of a wrong one, what
 * was probably meant: one mistake is one error.
 */
function checkedHost({ reporter }: ResolveContext, at: (string | number)[], text: string): string {
  const fault = hostFault(fillReferences(text, () => 'x'))
  if (!fault) return text
  reporter.error(at, fault.message, fault.hint)
  return URL.canParse(`http://${bareHost(text)}`) ? bareHost(text) : 'host.example.com'
}

function hostFault(host: string): { message: string; hint: string } | undefined {
  const unnamed = /\$\{?\w*\}?/.exec(host)?.[0]
  if (unnamed !== undefined)
    return {
      message: `contains "${unnamed}", which is not filled in`,
      hint: 'write ${NAME}, in capitals and with braces',
    }
  const hint = `write the host name alone, for example ${bareHost(host)}`
  if (/^\w+:\/\//.test(host)) return { message: 'is a URL, not a host name', hint }
  if (/[/?#]/.test(host)) return { message: 'contains a path, but must be a host name alone', hint }
  if (host.includes('@')) return { message: 'contains a user, but must be a host name alone', hint }
  if (/^([^:]+|\[.*\]):\d*$/.test(host))
    return {
      message: 'contains a port, but must be a host name alone',
      hint: `${hint}; put URLs with ports into the "config" of the servers`,
    }
  return /^\[[\da-f:.]+\]$/i.test(host) || URL.canParse(`http://${host}`)
    ? undefined
    : { message: 'is not a host name', hint: 'write for example monitoring.example.com' }
}

function bareHost(text: string): string {
  const bare = text
    .replace(/^\w+:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '')
    .replace(/:\d*$/, '')
  return bare || 'monitoring.example.com'
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T
}

function reportGenesys({ document, reporter }: ResolveContext, index: number): void {
  const customer = document.customers[index] as CustomerInput
  const has = customer.mcp_servers.some(server => server.type === 'genesys')
  if (customer.has_genesys !== undefined && customer.has_genesys !== has)
    reporter.warn(
      ['customers', index, 'has_genesys'],
      has ? 'is false, but there is a genesys server' : 'is true, but there is no genesys server',
      'remove it: the servers decide',
    )
}

/** With the customer's files and proxy, checked in the customer's place. */
function withNetwork(context: ResolveContext, at: (string | number)[], inherited: Inherited): Inherited {
  const { ca_file: caFile, proxy } = inherited
  if (proxy !== undefined) readUrl(proxy, [...at, 'proxy'], context.reporter, 'http://proxy.example.com:3128')
  return caFile === undefined ? inherited : { ...inherited, ca_file: pemFile(context, at, 'ca_file', caFile) }
}
