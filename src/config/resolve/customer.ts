import type { Path } from '../document/problems.ts'
import type { CustomerInput } from '../document/schema/document.ts'
import type { Customer } from '../project.ts'
import { KEEP_DAYS } from '../project.ts'
import { fillReferences, referenceFault } from '../references.ts'
import type { Inherited, ResolveContext } from './context.ts'
import { customerIds } from './identity.ts'
import { checkedNetwork } from './network.ts'
import { customerRouting } from './platforms/customer-routing.ts'
import { inheritedSpending, spendingOf } from './platforms/spending.ts'
import { resolveServer } from './servers/server.ts'

/** @param defaults the file's own, checked */
export function resolveCustomer(context: ResolveContext, index: number, defaults: Inherited): Customer {
  const { document, reporter } = context
  const at = ['customers', index]
  const input = document.customers[index] as CustomerInput
  const inherited: Inherited = { ...defaults, ...withoutUndefined(checkedNetwork(context, at, input)) }
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
  if (input.names === 'plain' && input.mcp_servers.length > 1)
    reporter.error(
      [...at, 'names'],
      '"plain" needs a customer with one server: tools of several could have the same name',
      'remove "names"',
    )
  const host = input.host === undefined ? undefined : checkedHost(context, [...at, 'host'], input.host)
  const scope = { context, at, id, input, host, inherited }
  return {
    id,
    name: input.name,
    description: input.description,
    host: input.host,
    environment: inherited.environment,
    access: inherited.access ?? 'read-only',
    platformsAllowed: inherited.platforms_allowed,
    routing: customerRouting(input.routing),
    keepDays: inherited.transcripts?.keep_days ?? KEEP_DAYS,
    spending: spendingOf({ ...defaults.limits, ...input.limits }),
    inheritedSpending: inheritedSpending(defaults.limits, input.limits),
    plainNames: input.names === 'plain',
    servers: input.mcp_servers.map((_, i) => resolveServer(scope, i)),
  }
}

/**
 * A host name or address alone, since URLs are derived from it. It may name credentials as ${NAME}. Of a wrong one, what
 * was probably meant: one mistake is one error.
 */
function checkedHost({ reporter }: ResolveContext, at: Path, text: string): string {
  const faultOf = (host: string) => referenceFault(host) ?? hostFault(host)
  const fault = faultOf(text)
  if (!fault) return text
  reporter.error(at, fault.message, fault.hint)
  const bare = bareHost(text)
  return faultOf(bare) ? 'host.example.com' : bare
}

function hostFault(text: string): { message: string; hint: string } | undefined {
  const host = fillReferences(text, () => 'x')
  const unnamed = /\$\w*/.exec(host)?.[0]
  if (unnamed !== undefined)
    return {
      message: `contains "${unnamed}", which is never replaced`,
      hint: 'write ${NAME}, in capitals and with braces',
    }
  const hint = `write the host name alone, for example ${bareHost(text)}`
  if (/^\w+:\/\//.test(host)) return { message: 'is a URL, not a host name', hint }
  if (/[/?#]/.test(host)) return { message: 'contains a path, but must be a host name alone', hint }
  if (host.includes('@')) return { message: 'contains a user, but must be a host name alone', hint }
  if (/^([^:]+|\[.*\]):\d*$/.test(host))
    return {
      message: 'contains a port, but must be a host name alone',
      hint: `${hint}; put URLs with ports into the "config" of the servers`,
    }
  const isName = /^[\p{L}\p{N}]([\p{L}\p{N}\p{M}._-]{0,252}[\p{L}\p{N}\p{M}.])?$/u.test(host)
  return /^\[[\da-f:.]+\]$/i.test(host) || (isName && URL.canParse(`http://${host}`))
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
