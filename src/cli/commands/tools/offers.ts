// What servers list besides tools, for `tools --all`.

import { SupportError } from '../../../base/errors.ts'
import { clean, cleanLine, visible } from '../../../base/text/terminal-text.ts'
import { type Customer, keyOf } from '../../../config/project.ts'
import { Fault, type ServerOffers } from '../../../mcp/connection.ts'
import type { ConnectionPool } from '../../../mcp/pool.ts'
import type { Toolset } from '../../../toolset/toolset.ts'
import type { Explained } from '../../error-text.ts'
import type { Column, TableRow } from '../../print/table.ts'

export interface OffersOf extends ServerOffers {
  server: string
}

/** The lists of all servers whose tools are available, over the connections that the agent uses. */
export async function offersOf(
  customer: Customer,
  pool: ConnectionPool,
  { toolset: { missing }, signal }: { toolset: Toolset; signal: AbortSignal },
): Promise<OffersOf[]> {
  const servers = customer.servers.filter(({ name }) => !missing.some(one => one.server === name))
  const offers = await Promise.all(
    servers.map(async server => {
      const listed = await pool.listOffers(keyOf(server), signal).catch(unlisted)
      return {
        server: server.name,
        ...('state' in listed ? unlisted(new Fault('closed', listed.reason)) : listed),
      }
    }),
  )
  signal.throwIfAborted()
  return offers
}

function unlisted(error: unknown): ServerOffers {
  if (!(error instanceof Fault) && !(error instanceof SupportError)) throw error
  const failed = [{ what: 'resources and prompts', reason: error.message }]
  return { resources: [], templates: [], prompts: [], malformed: 0, failed }
}

export const OFFER_COLUMNS: Column[] = [
  { head: 'SERVER' },
  { head: 'KIND' },
  { head: 'URI OR NAME' },
  { head: 'DESCRIPTION', least: 20 },
]

export function offerRows(offers: readonly OffersOf[]): TableRow[] {
  return offers.flatMap(({ server, resources, templates, prompts }) => [
    ...resources.map(one => row(server, 'resource', one.uri, descriptionOf(one))),
    ...templates.map(one => row(server, 'template', one.uriTemplate, descriptionOf(one))),
    ...prompts.map(one => row(server, 'prompt', promptCall(one), one.description)),
  ])
}

function row(server: string, kind: string, name: string, description: string): TableRow {
  return { cells: [server, kind, visible(name), cleanLine(clean(description).trim().split('\n')[0] ?? '')] }
}

function descriptionOf({
  name,
  description,
  mimeType,
}: ServerOffers['resources'][number] | ServerOffers['templates'][number]): string {
  return [`${name}${mimeType === '' ? '' : ` (${mimeType})`}`, description].filter(Boolean).join(': ')
}

/** `summarize(text, style?)`. */
function promptCall({ name, arguments: args }: ServerOffers['prompts'][number]): string {
  return `${name}(${args.map(one => `${one.name}${one.required ? '' : '?'}`).join(', ')})`
}

/** What could not be listed. */
export function offerNotes(offers: readonly OffersOf[]): Explained[] {
  return offers.flatMap(({ server, malformed, failed }) => [
    ...failed.map(({ what, reason }) => ({
      message: `${server}: could not list its ${what}: ${clean(reason)}`,
    })),
    ...(malformed > 0
      ? [{ message: `${server}: left out ${malformed} malformed resources or prompts` }]
      : []),
  ])
}
