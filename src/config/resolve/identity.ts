import type { CustomerInput } from '../document/schema.ts'

/** `[OD] Atlanta` -> `od-atlanta`; empty where no letter or digit is left. */
export function slug(text: string, longest = 40): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
}

/** A customer's id and where it came from; several ids out of the urls are a contradiction to be told. */
export function customerIds(customer: CustomerInput): string[] {
  if (customer.id !== undefined) return [customer.id]
  const read = customer.mcp_servers.flatMap(server => idInUrl(server.url, server.type) ?? [])
  return read.length > 0 ? [...new Set(read)] : [slug(customer.name)].filter(id => id !== '')
}

/** The id in a service host `mcp-<type>-<id>`. */
function idInUrl(url: string | undefined, type: string): string | undefined {
  const host = hostOf(url)
  const prefix = `mcp-${type}-`
  const id = host?.startsWith(prefix) ? host.slice(prefix.length) : ''
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) ? id : undefined
}

/** Host of a url, or undefined for what is no url. */
export function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined
}

/** `vattenfall-de` -> `VATTENFALL_DE`. */
export function capitals(id: string): string {
  return id.toUpperCase().replace(/-/g, '_')
}

/**
 * Name of a variable that belongs to one server of one customer. Ids hold no double hyphen, so that
 * `__` keeps the two apart: a-b/c and a/b-c have different names.
 */
export function variableName(prefix: string, customer: string, server: string): string {
  return `${prefix}_${capitals(customer)}__${capitals(server)}`
}
