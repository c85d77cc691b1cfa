import { dirname, resolve } from 'node:path'
import type { CustomerInput } from '../document/schema.ts'
import type { Customer } from '../project.ts'
import type { Inherited, ResolveContext } from './context.ts'
import { customerIds } from './identity.ts'
import { resolveServer } from './server.ts'

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
  const scope = { context, at, id, input, inherited: withCa(context, at, inherited) }
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

function withCa(
  { file, reporter, fileExists }: ResolveContext,
  at: (string | number)[],
  inherited: Inherited,
): Inherited {
  if (inherited.ca_file === undefined) return inherited
  const path = resolve(dirname(file), inherited.ca_file)
  if (!fileExists(path)) reporter.error([...at, 'ca_file'], 'file not found', `put the PEM file at ${path}`)
  return { ...inherited, ca_file: path }
}
