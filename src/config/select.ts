import { SupportError } from '../base/errors.ts'
import { didYouMean, oneLine } from '../base/text/words.ts'
import type { Customer, Project, Server } from './project.ts'

/** The customer with exactly this id. Throws if there is none: ids in the program come from the project itself. */
export function customerWithId({ customers }: Pick<Project, 'customers'>, id: string): Customer {
  const found = customers.find(one => one.id === id)
  if (!found) throw new Error(`no customer ${id}`)
  return found
}

/**
 * The customer that `word` means: an exact id or name (in any case), otherwise the only one whose id or name begins with it,
 * otherwise the only one that contains it (three characters or more; not with `least: 'beginning'`, for what stops
 * servers: the word may be the name of a customer who is gone).
 */
export function selectCustomer(
  project: Project,
  word: string,
  least: 'part' | 'beginning' = 'part',
): Customer {
  const wanted = word.trim().toLowerCase()
  const { customers } = project
  const exact = customers.filter(one => one.id === wanted || one.name.toLowerCase() === wanted)
  if (exact.length === 1 && exact[0]) return exact[0]
  const matching = (fits: (text: string) => boolean) =>
    wanted === '' ? [] : customers.filter(one => fits(one.id) || fits(one.name.toLowerCase()))
  const byPrefix = matching(text => text.startsWith(wanted))
  const byPart =
    byPrefix.length > 0 || least === 'beginning' || wanted.length < SHORTEST_PART
      ? byPrefix
      : matching(text => text.includes(wanted))
  const found = exact.length > 1 ? exact : byPart
  if (found.length === 1 && found[0]) return found[0]
  const shown = JSON.stringify(oneLine(word, 60))
  if (found.length > 1)
    throw new SupportError('usage', `${shown} is ambiguous: ${listed(found)}`, {
      hint: 'type the id or the full name',
    })
  const guess = didYouMean(wanted, [...customers.map(one => one.id), ...customers.map(one => one.name)])
  const isServer = customers.some(one => one.servers.some(server => server.name === wanted))
  throw new SupportError('usage', `no such customer ${shown}${isServer ? ' (it is a server)' : guess}`, {
    hint:
      customers.length > 0
        ? `use one of: ${listed(customers)}`
        : 'add one to "customers" in the configuration',
  })
}

const SHORTEST_PART = 3

/** The named customers without duplicates; all customers if none is named. */
export function selectCustomers(project: Project, words: readonly string[]): Customer[] {
  return words.length === 0
    ? project.customers
    : [...new Set(words.map(word => selectCustomer(project, word)))]
}

/** One server of a customer by its exact name. */
export function selectServer(customer: Customer, name: string): Server {
  const server = customer.servers.find(one => one.name === name)
  if (server) return server
  const names = customer.servers.map(one => one.name)
  throw new SupportError(
    'usage',
    `${customer.name} has no server ${JSON.stringify(oneLine(name, 60))}${didYouMean(name, names)}`,
    { hint: names.length > 0 ? `use one of: ${names.join(', ')}` : 'add one to its "mcp_servers"' },
  )
}

/**
 * The servers of a customer, or the named one, that supportmax starts itself, and the external ones. Throws `usage`, with
 * `hint`, if all of them are external.
 */
export function selectStarted(
  customer: Customer,
  name: string | undefined,
  hint: string,
): { started: Server[]; external: Server[] } {
  const servers = name === undefined ? customer.servers : [selectServer(customer, name)]
  const { started = [], external = [] } = Object.groupBy(servers, one =>
    one.managed ? 'started' : 'external',
  )
  if (started.length === 0 && external.length > 0)
    throw new SupportError('usage', externalText(customer, external), { hint })
  return { started, external }
}

/** What a command says about servers that it leaves alone. */
export function externalText({ name }: Pick<Customer, 'name'>, external: readonly Server[]): string {
  return `${name} ${external.map(one => one.name).join(', ')}: external: not started by supportmax`
}

function listed(customers: Customer[]): string {
  const shown = customers.slice(0, 12).map(one => `${one.name} (${one.id})`)
  return shown.join(', ') + (customers.length > 12 ? ` and ${customers.length - 12} more` : '')
}
