// The one tool with which a model reads resources of all servers of its customer.

import { redact } from '../../base/redact.ts'
import { didYouMean } from '../../base/text/words.ts'
import type { ServerKey } from '../../config/project.ts'
import { keyText } from '../../config/project.ts'
import type { CallResult, ServerOffers } from '../../mcp/connection.ts'
import type { Unavailable } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import type { OfferedTool } from '../toolset.ts'
import { fitsTemplate } from './uri-template.ts'

/** No tool of a server has this name: theirs contain `__`. */
const READ_RESOURCE = 'read_resource'

/** Links remembered for one server; beyond that, the oldest are forgotten. */
const MOST_LINKS = 1_000

/** URIs that the servers have named in their results, by server. Outlives a generation, so that earlier results can be followed. */
export type SeenLinks = Map<string, Set<string>>

export function rememberLinks(
  seen: SeenLinks,
  key: ServerKey,
  { links = [] }: Pick<CallResult, 'links'>,
): void {
  const known = seen.get(keyText(key)) ?? new Set()
  seen.set(keyText(key), known)
  for (const link of links) known.add(link)
  for (const oldest of known) {
    if (known.size <= MOST_LINKS) break
    known.delete(oldest)
  }
}

export interface ResourceReader {
  tool: OfferedTool
  /** Names of the servers that have resources. */
  servers: readonly string[]
  /** The server that these arguments mean; undefined if they mean none. */
  serverOf(args: Record<string, unknown>): string | undefined
  /** What was asked for, or why it is not read. Throws a Fault like a call. */
  read(args: Record<string, unknown>, signal: AbortSignal): Promise<CallResult | Unavailable>
}

interface ReaderOptions {
  customer: string
  /** Names of the customer's servers that have resources; at least one. */
  servers: readonly string[]
  pool: Pick<ConnectionPool, 'listOffers' | 'readResource'>
  seen: SeenLinks
  templateFault?: TemplateFault | undefined
}

/** Why a template of this server must not be used; undefined if it may be. */
export type TemplateFault = (
  server: string,
  template: ServerOffers['templates'][number],
) => string | undefined

export function resourceReader({
  customer,
  servers,
  pool,
  seen,
  templateFault = () => undefined,
}: ReaderOptions): ResourceReader {
  const [only, ...others] = servers
  const listings = new Map<string, ServerOffers>()

  async function list(key: ServerKey, signal: AbortSignal): Promise<ServerOffers | Unavailable> {
    const listed = await pool.listOffers(key, signal)
    if ('state' in listed) return listed
    const offers = withoutFaulty(listed, one => templateFault(key.server, one))
    listings.set(key.server, offers)
    return offers
  }

  /** Listed, matching a template, or named in a result. */
  const isKnown = ({ server, customer }: ServerKey, uri: string) =>
    seen.get(keyText({ customer, server }))?.has(uri) === true || offersUri(listings.get(server), uri)

  const meant = ({ server = others.length === 0 ? only : undefined }: Record<string, unknown>) => server

  return {
    tool: readerToolFor(servers),
    servers,
    serverOf(args) {
      const server = meant(args)
      return typeof server === 'string' && servers.includes(server) ? server : undefined
    },
    async read(args, signal) {
      const { uri, query } = args
      const server = meant(args)
      if (typeof server !== 'string' || !servers.includes(server)) return noServer(server, servers)
      const key = { customer, server }
      if (uri === undefined || uri === '') {
        const offers = await list(key, signal)
        return 'state' in offers ? offers : { text: offersText(offers, query), isError: false }
      }
      if (typeof uri !== 'string') return refused('"uri" must be text')
      if (!isKnown(key, uri)) {
        // It may have been added since the last listing.
        const offers = await list(key, signal)
        if ('state' in offers) return offers
        if (!isKnown(key, uri)) return refused(unknownUri(server, uri, offers))
      }
      const result = await pool.readResource(key, uri, signal)
      if (!('state' in result)) rememberLinks(seen, key, result)
      return result
    },
  }
}

/** The tool, as it is shown to somebody who may read the resources of these servers. */
export function readerToolFor(servers: readonly string[]): OfferedTool {
  const names = servers.join(', ')
  return {
    name: READ_RESOURCE,
    server: '',
    tool: READ_RESOURCE,
    description: `Reads a resource of a server that has resources (${names}). Without "uri" it lists the server's resources and the templates from which URIs can be made. Links in the results of a server's tools can be read too.`,
    inputSchema: schemaFor(servers),
    readOnly: true,
  }
}

function schemaFor(servers: readonly string[]) {
  return {
    type: 'object',
    properties: {
      server: { type: 'string', enum: [...servers], description: 'Name of the server' },
      uri: { type: 'string', description: 'URI of the resource, exactly as it is listed' },
      query: { type: 'string', description: 'Without "uri": list only what contains this text' },
    },
    required: servers.length > 1 ? ['server'] : [],
  }
}

/** The servers that the tool is for; undefined if it is another tool. */
export function readerServers({ name, server, inputSchema }: OfferedTool): string[] | undefined {
  if (server !== '' || name !== READ_RESOURCE) return undefined
  return (inputSchema as ReturnType<typeof schemaFor>).properties.server.enum
}

function withoutFaulty(
  offers: ServerOffers,
  faultOf: (template: ServerOffers['templates'][number]) => string | undefined,
): ServerOffers {
  const faults = new Set(offers.templates.flatMap(one => faultOf(one) ?? []))
  if (faults.size === 0) return offers
  const failed = [...faults].map(reason => ({ what: 'resource templates', reason: `withheld: ${reason}` }))
  const templates = offers.templates.filter(one => faultOf(one) === undefined)
  return { ...offers, templates, failed: [...offers.failed, ...failed] }
}

function offersUri(offers: ServerOffers | undefined, uri: string): boolean {
  if (!offers) return false
  return (
    offers.resources.some(one => one.uri === uri) ||
    offers.templates.some(one => fitsTemplate(uri, one.uriTemplate))
  )
}

/** As JSON, so that a list that is too large is cut at whole entries. */
function offersText({ resources, templates, failed }: ServerOffers, query: unknown): string {
  const wanted = typeof query === 'string' ? query.toLowerCase() : ''
  const isWanted = (one: object) =>
    Object.values(one).some(text => String(text).toLowerCase().includes(wanted))
  const withoutEmpty = (one: object) =>
    Object.fromEntries(Object.entries(one).filter(([, text]) => text !== ''))
  const lists = {
    resources: resources.filter(isWanted).map(withoutEmpty),
    ...(templates.length > 0 && {
      templates: templates.map(withoutWhole).filter(isWanted).map(withoutEmpty),
    }),
    ...(failed.length > 0 && { not_listed: failed.map(({ what, reason }) => `${what}: ${reason}`) }),
  }
  return JSON.stringify(lists)
}

function withoutWhole({ definition, ...read }: ServerOffers['templates'][number]): object {
  return read
}

function refused(text: string): CallResult {
  return { text: redact(text), isError: true }
}

function noServer(server: unknown, servers: readonly string[]): CallResult {
  if (typeof server !== 'string') return refused(`"server" must be one of: ${servers.join(', ')}`)
  const guess = didYouMean(server, [...servers])
  return refused(
    `no server ${JSON.stringify(server)} with resources${guess}; use one of: ${servers.join(', ')}`,
  )
}

/**
 * A URI that the model made up could make the server fetch anything, such as a file of another customer or an address that
 * carries data away.
 */
function unknownUri(server: string, uri: string, { resources, failed }: ServerOffers): string {
  const guess = didYouMean(
    uri,
    resources.map(one => one.uri),
  )
  const why = failed.map(({ what, reason }) => `; its ${what} could not be listed: ${reason}`).join('')
  return `not read: ${server} neither lists nor links to ${JSON.stringify(uri)}${guess}, and no template matches it${why}; call ${READ_RESOURCE} without "uri" to see its resources`
}
