// Checks across all customers.

import { skeleton } from '../../base/text/letters/look-alikes.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { Path } from '../document/problems.ts'
import type { Customer, PlatformSettings, Server, ServerAuth } from '../project.ts'
import { referencesIn } from '../references.ts'
import type { ResolveContext } from './context.ts'

/** Reports duplicate ids, names, services and ports, and credentials that two customers share. */
export function reportShared(context: ResolveContext, customers: Customer[]): void {
  reportDuplicateCustomers(context, customers)
  for (const [index, customer] of customers.entries()) reportDuplicateServers(context, customer, index)
  reportDuplicateAddresses(context, customers)
  reportSharedCredentials(context, customers)
}

/** Names of all credentials of one server, without its own token. */
export function credentialNames(server: Server): string[] {
  const named = server.env.flatMap(entry => ('credential' in entry ? [entry.credential] : []))
  const texts = server.managed
    ? textsOf(server)
    : [server.url, ...Object.values(server.headers), server.proxy?.url ?? '']
  const referred = texts.flatMap(referencesIn)
  return [...named, ...referred, ...authCredentials(server.auth)]
}

/** Names of the credentials that signing in needs. */
export function authCredentials(auth: ServerAuth | undefined): string[] {
  switch (auth?.kind) {
    case 'bearer':
      return [auth.tokenName]
    case 'basic':
      return [auth.userName, auth.passwordName]
    case 'client-credentials':
      return [auth.clientIdName, ...('secretName' in auth.proof ? [auth.proof.secretName] : [])]
    case 'sign-in':
      return auth.clientSecretName === undefined ? [] : [auth.clientSecretName]
    case undefined:
      return []
  }
}

/** The same without those of its proxy. */
export function credentialsBehindProxy(server: Server): string[] {
  const { proxy, env } = server
  const own = env.filter(entry => !('value' in entry && entry.value === proxy?.url))
  return credentialNames({ ...server, proxy: undefined, env: own })
}

/** Without those of the default proxy, which all customers share. */
function ownCredentials(server: Server): string[] {
  return server.proxy?.isDefault ? credentialsBehindProxy(server) : credentialNames(server)
}

/** Names of all credentials that requests to a platform need. */
export function platformCredentials({ apiKeyName, headers, network }: PlatformSettings): string[] {
  const texts = [...Object.values(headers), network.proxy ?? '']
  return [...(apiKeyName === undefined ? [] : [apiKeyName]), ...texts.flatMap(referencesIn)]
}

/** What a managed server gets of the texts that people wrote. */
function textsOf({ env, args }: Server): string[] {
  const values = env.flatMap(entry => ('value' in entry ? [entry.value] : []))
  return [...values, ...args].filter(text => typeof text === 'string')
}

/** Warns of the key of a model platform that a customer's server would get. */
export function reportPlatformKeys(
  { reporter }: ResolveContext,
  customers: Customer[],
  platforms: PlatformSettings[],
): void {
  for (const [index, customer] of customers.entries()) {
    const names = new Set(customer.servers.flatMap(credentialNames))
    for (const { name, apiKeyName } of platforms)
      if (apiKeyName !== undefined && names.has(apiKeyName))
        reporter.warn(
          ['customers', index],
          `sends the key of the platform ${name} to a server: ${apiKeyName}`,
          'use a credential of the customer',
        )
  }
}

function reportDuplicateCustomers({ reporter, document }: ResolveContext, customers: Customer[]): void {
  const ids = new Map<string, string>()
  const names = new Set<string>()
  const looks = new Map<string, string>()
  for (const [index, { id, name }] of customers.entries()) {
    const at = ['customers', index]
    const namesake = ids.get(id)
    const twin = looks.get(skeleton(name))
    if (namesake !== undefined) {
      const key = document.customers[index]?.id === undefined ? 'name' : 'id'
      reporter.error(
        [...at, key],
        `duplicate id "${id}", also used by ${JSON.stringify(namesake)}`,
        'set a different "id" for one of them',
      )
    } else if (names.has(asShown(name)))
      reporter.error([...at, 'name'], 'duplicate name', 'rename one of the two customers')
    else if (twin !== undefined)
      reporter.warn(
        [...at, 'name'],
        `looks like the name of the customer ${twin}: people could take one for the other`,
        'rename one of the two customers',
      )
    ids.set(id, name)
    names.add(asShown(name))
    looks.set(skeleton(name), id)
  }
}

/** Names that differ only in case, blanks or what nobody sees are the same to a person. */
function asShown(name: string): string {
  return cleanLine(name.normalize('NFKC')).toLowerCase()
}

function reportDuplicateServers({ reporter }: ResolveContext, customer: Customer, index: number): void {
  const names = new Set<string>()
  for (const [s, { name }] of customer.servers.entries()) {
    if (names.has(name))
      reporter.error(
        ['customers', index, 'mcp_servers', s],
        `duplicate server name "${name}"`,
        'add a "name" to one of them',
      )
    names.add(name)
  }
}

function reportDuplicateAddresses({ reporter }: ResolveContext, customers: Customer[]): void {
  const services = new Map<string, string>()
  const ports = new Map<number, string>()
  for (const { server, at, label } of managedServers(customers)) {
    const service = services.get(server.service)
    if (service !== undefined && service !== label)
      reporter.error(
        at,
        `duplicate service name "${server.service}", also used by ${service}`,
        'change its "url" or "name"',
      )
    services.set(server.service, label)
    if (server.hostPort === undefined) continue
    const holder = ports.get(server.hostPort)
    if (holder !== undefined)
      reporter.error(
        [...at, 'port'],
        `duplicate port ${server.hostPort}, also used by ${holder}`,
        'set a different port for one of them',
      )
    ports.set(server.hostPort, label)
  }
}

function managedServers(customers: Customer[]): { server: Server; at: Path; label: string }[] {
  return customers.flatMap((customer, c) =>
    customer.servers.flatMap((server, s) =>
      server.managed
        ? [{ server, at: ['customers', c, 'mcp_servers', s], label: `${customer.id}/${server.name}` }]
        : [],
    ),
  )
}

/** Each credential of a customer, with the first server that uses it. */
function ownCredentialUsers({ servers }: Customer): Map<string, string> {
  const users = servers.flatMap(one => ownCredentials(one).map((name): [string, string] => [name, one.name]))
  return new Map(users.toReversed())
}

/** The bindings refuse the second customer until a person has allowed it. */
function reportSharedCredentials({ reporter }: ResolveContext, customers: Customer[]): void {
  const holders = new Map<string, string>()
  for (const [index, customer] of customers.entries())
    for (const [name, server] of ownCredentialUsers(customer)) {
      const other = holders.get(name)
      if (other !== undefined)
        reporter.advise(
          ['customers', index],
          `uses the same credential as ${other}: ${name}`,
          `give it one of its own; if it must share this one, run \`supportmax secrets allow ${name} ${customer.id} ${server}\``,
        )
      holders.set(name, customer.id)
    }
}
