import { createRequire } from 'node:module'
import type { CustomerInput } from '../document/schema/document.ts'

const LONGEST_ID = 40

/** `[OD] Atlanta` -> `od-atlanta`, `Größe` -> `groesse`; empty if the text has no Latin letter and no digit. */
export function slug(text: string): string {
  if (!/[\p{Script=Latin}\d]/u.test(text)) return ''
  return latin(text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_ID)
    .replace(/^-+|-+$/g, '')
}

/** Loads a library only for a name that needs it, because its tables take 10 ms to build. The build bundles it. */
const require = createRequire(import.meta.url)

/** In Latin letters. */
function latin(text: string): string {
  if (/^[\u0000-\u007f]*$/.test(text)) return text
  const transliterate: { default(text: string): string } = require('@sindresorhus/transliterate')
  return transliterate.default(text)
}

/** A customer's id. Several ids mean that its servers' URLs contradict each other, which the caller reports. */
export function customerIds(customer: CustomerInput): string[] {
  if (customer.id !== undefined) return [customer.id]
  const read = customer.mcp_servers.flatMap(server => idInUrl(server.url, server.type) ?? [])
  return read.length > 0 ? [...new Set(read)] : [slug(customer.name)].filter(id => id !== '')
}

/** The id in a service host `mcp-<type>-<id>`. */
function idInUrl(url: string | undefined, type: string | undefined): string | undefined {
  if (type === undefined) return undefined
  const host = hostOf(url)
  const prefix = `mcp-${type}-`
  const id = host?.startsWith(prefix) ? host.slice(prefix.length) : ''
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? id : undefined
}

/** Host of a URL, or undefined when `url` is not one. */
function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined
}

/** `vattenfall-de` -> `VATTENFALL_DE`. */
export function capitals(id: string): string {
  return id.toUpperCase().replace(/-/g, '_')
}

/**
 * Name of a variable that belongs to one server of one customer. Ids contain no double hyphen, so `__` keeps the two
 * apart: a-b/c and a/b-c get different names.
 */
export function variableName(prefix: string, customer: string, server: string): string {
  return `${prefix}_${capitals(customer)}__${capitals(server)}`
}
