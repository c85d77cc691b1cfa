// Edits of mcp_servers.json. Each takes the text and returns it with one place changed.

import { isRecord } from '../../base/records.ts'
import { parseDocument } from '../document/parse.ts'
import { slug } from '../resolve/identity.ts'
import { itemText, type TextStyle } from './json-text.ts'
import { withItems, withoutPart, withPropertyBefore, withValue } from './place.ts'

/** The JSON Schema beside a configuration, for editors. */
export const SCHEMA_FILE = 'mcp_servers.schema.json'

/** A new file. Its list of customers has a line for each, so that what is added later has one too. */
export function newDocument(customers: readonly object[], more: object = {}): string {
  const style = { step: '  ', eol: '\n' }
  const keys = Object.entries({ $schema: `./${SCHEMA_FILE}`, ...more })
  const lines = keys.map(([key, value]) => `  ${JSON.stringify(key)}: ${itemText(value, '  ', style)},\n`)
  const items = customers.map(one => `    ${customerText(one, style)}`)
  return `{\n${lines.join('')}  "customers": [\n${items.join(',\n')}\n  ]\n}\n`
}

/** A customer with its servers on lines of their own. */
function customerText(customer: object, style: TextStyle): string {
  const entries = Object.entries(customer)
  const lines = entries.map(([key, value]) => {
    const isList = key === 'mcp_servers' && Array.isArray(value) && value.length > 0
    const list = isList ? value.map(one => `        ${itemText(one, '        ', style)}`).join(',\n') : ''
    return `      ${JSON.stringify(key)}: ${isList ? `[\n${list}\n      ]` : itemText(value, '      ', style)}`
  })
  return `{\n${lines.join(',\n')}\n    }`
}

/**
 * The text with these servers added to a customer, who is added if there is none of this name.
 *
 * @param text undefined: there is no file yet
 * @param fresh more keys of a customer, and of a file, that are not there yet
 */
export function withServers(
  text: string | undefined,
  customer: string,
  servers: readonly Record<string, unknown>[],
  fresh: { customer?: object; document?: object } = {},
): string {
  const at = text === undefined ? -1 : customerAt(parseDocument('', text).value, customer)
  const added = { name: customer, ...fresh.customer, mcp_servers: servers }
  if (text === undefined) return newDocument([added], fresh.document)
  if (at < 0) return withCustomer(text, added)
  return withItems(text, ['customers', at, 'mcp_servers'], servers)
}

/** The text with one more customer. */
export function withCustomer(text: string | undefined, customer: object): string {
  if (text === undefined || text.trim() === '') return newDocument([customer])
  return withItems(text, ['customers'], [customer])
}

/** A customer by its place in the list, and whether `default` names it. */
export interface CustomerPlace {
  index: number
  isDefault: boolean
}

/** The text without a customer; a `default` that named it goes too. */
export function withoutCustomer(text: string, { index, isDefault }: CustomerPlace): string {
  const rest = withoutPart(text, ['customers', index])
  return isDefault ? withoutPart(rest, ['default']) : rest
}

/** The text with another name for a customer, whose id is written down where it would change with the name. */
export function withCustomerName(
  text: string,
  { index, isDefault, customer: before }: CustomerPlace & { customer: CustomerNames },
  { name, id }: CustomerNames,
): string {
  const document = parseDocument('', text).value
  const list = isRecord(document) && Array.isArray(document.customers) ? document.customers : []
  const customer: unknown = list[index]
  const hasId = isRecord(customer) && 'id' in customer
  const named = withValue(text, ['customers', index, 'name'], name)
  const identified = hasId
    ? withValue(named, ['customers', index, 'id'], id)
    : withPropertyBefore(named, ['customers', index, 'name'], 'id', id)
  const ruled = withNameInRules(identified, before, { name, id })
  return isDefault ? withValue(ruled, ['default'], id) : ruled
}

interface CustomerNames {
  id: string
  name: string
}

/** The rules of `policy` go on to mean this customer. */
function withNameInRules(text: string, before: CustomerNames, after: CustomerNames): string {
  const document = parseDocument('', text).value
  const rules = isRecord(document) && Array.isArray(document.policy) ? document.policy : []
  const words = rules.flatMap((rule, at) =>
    isRecord(rule) && Array.isArray(rule.customers)
      ? rule.customers.map((word, index) => ({ word, path: ['policy', at, 'customers', index] }))
      : [],
  )
  return words.reduce((changed, { word, path }) => {
    if (word === before.id) return withValue(changed, path, after.id)
    const isName = typeof word === 'string' && word.toLowerCase() === before.name.toLowerCase()
    return isName ? withValue(changed, path, after.name) : changed
  }, text)
}

/** The text without one server of a customer. */
export function withoutServer(text: string, customer: number, server: number): string {
  return withoutPart(text, ['customers', customer, 'mcp_servers', server])
}

/** Whether a document of ours has a customer of this name or id; its place in the list. */
export function customerAt(document: unknown, wanted: string): number {
  const list = isRecord(document) && Array.isArray(document.customers) ? document.customers : []
  const isIt = (value: unknown) => typeof value === 'string' && value.toLowerCase() === wanted.toLowerCase()
  // Without an id of its own, it has the one that its name gives.
  const isDerived = ({ id, name }: Record<string, unknown>) => id === undefined && isIt(slug(String(name)))
  return list.findIndex(one => isRecord(one) && (isIt(one.name) || isIt(one.id) || isDerived(one)))
}
