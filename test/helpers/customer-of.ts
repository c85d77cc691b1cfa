import type { Customer, Server, ServerKey } from '../../src/config/project.ts'
import type { Endpoint, FindEndpoint, Unavailable } from '../../src/mcp/endpoint.ts'
import { DEADLINES, endpointOf } from './mcp-servers.ts'
import { aServer } from './server.ts'

/** A server that no runtime starts: what it answers is the test's own business. */
export function serverOf(customer: string, name: string, more: Partial<Server> = {}): Server {
  return aServer({
    customer,
    name,
    type: 'test',
    image: { kind: 'pull', ref: 'test' },
    tokenEnv: undefined,
    tokenName: 'TOKEN',
    local: undefined,
    smoke: { tool: 'echo', arguments: {} },
    ...more,
  })
}

/** Nothing is too expensive. */
export const NO_LIMITS = { questionUsd: undefined, dayUsd: undefined, monthUsd: undefined }

export function customerOf(id: string, servers: string[] | Server[], more: Partial<Customer> = {}): Customer {
  const access = more.access ?? 'read-only'
  return {
    id,
    name: id,
    description: undefined,
    host: undefined,
    environment: undefined,
    access,
    platformsAllowed: undefined,
    routing: {},
    keepDays: 30,
    spending: NO_LIMITS,
    inheritedSpending: [],
    plainNames: false,
    servers: servers.map(one => (typeof one === 'string' ? serverOf(id, one, { access }) : one)),
    ...more,
  }
}

/** Looks endpoints up in a table that a test may change under it: `customer/server` → URL and token. */
export function finder(
  table: Map<string, { url: string; token?: string } | Unavailable>,
  deadlines: Partial<Endpoint['deadlines']> = {},
): FindEndpoint {
  return async (key: ServerKey) => {
    const found = table.get(`${key.customer}/${key.server}`)
    if (!found) return { state: 'stopped', reason: 'not started', hint: `supportmax up ${key.customer}` }
    if ('state' in found) return found
    return endpointOf(found, { ...key, token: found.token, deadlines: { ...DEADLINES, ...deadlines } })
  }
}
