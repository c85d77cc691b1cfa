// grafana_servers.json, the older configuration: a list of Grafana MCP servers, each of which is one customer's.

import { isRecord } from '../../base/records.ts'
import type { Path, Reporter } from '../document/problems.ts'
import { slug } from '../resolve/identity.ts'

/** Its usual name. */
export const OLDER_FILE = 'grafana_servers.json'

interface OlderServer {
  name: string
  url: string
  description?: string | undefined
}

/** The same configuration in the form of today. */
export interface Migrated {
  document: Record<string, unknown> & { customers: Record<string, unknown>[] }
  /** What is not as a person would expect it; `server` is its place in the older list. */
  notes: { server: number; key: string; message: string }[]
}

/** What a plain value is in the form of today; undefined if it has not the older one. `taken`: ids and names in use. */
export function migrated(value: unknown, taken: ReadonlySet<string> = new Set()): Migrated | undefined {
  if (!isRecord(value) || 'customers' in value || !Array.isArray(value.servers)) return undefined
  const servers = value.servers
  if (!servers.every(isOlderServer)) return undefined
  const used = new Set(taken)
  const notes: Migrated['notes'] = []
  const customers = servers.map((server, at) =>
    customerOf(server, used, (key, message) => notes.push({ server: at, key, message })),
  )
  const first = servers.findIndex(one => one.name === value.default)
  const preset = customers[first]?.id
  return { document: { ...(preset !== undefined && { default: preset }), customers }, notes }
}

function isOlderServer(value: unknown): value is OlderServer {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.url === 'string' &&
    ['string', 'undefined'].includes(typeof value.description)
  )
}

function customerOf(
  { name, url, description }: OlderServer,
  used: Set<string>,
  note: (key: string, message: string) => void,
): Record<string, unknown> {
  const wanted = slug(name) || 'customer'
  const id = free(wanted, used, '-')
  const title = free(name, used, ' ')
  used.add(id).add(title.toLowerCase())
  if (id !== wanted || title !== name) note('name', `duplicate; this one becomes "${title}" (${id})`)
  const host = description === undefined ? undefined : hostIn(description)
  if (description !== undefined && host === undefined)
    note('description', 'is not a host name; kept as a description')
  return {
    name: title,
    id,
    ...(host !== undefined && { host }),
    ...(host === undefined && description !== undefined && { description }),
    mcp_servers: [{ type: 'grafana', url: withPath(url), managed: false }],
  }
}

function free(wanted: string, used: ReadonlySet<string>, between: string): string {
  if (!used.has(wanted.toLowerCase())) return wanted
  let number = 2
  while (used.has(`${wanted}${between}${number}`.toLowerCase())) number++
  return `${wanted}${between}${number}`
}

/** `https://grafana.acme.example/` -> `grafana.acme.example`. */
function hostIn(text: string): string | undefined {
  const host = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]*\.[\p{L}\p{N}._-]*[\p{L}\p{N}]$/u.test(host) ? host : undefined
}

/** Ends in `/mcp` unless it ends in that or in `/sse` already. What is no URL stays, and is an error of the configuration. */
function withPath(text: string): string {
  if (!URL.canParse(text)) return text
  const [, address = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(text) ?? []
  const plain = address.replace(/\/+$/, '')
  return /\/(mcp|sse)$/.test(plain) ? plain + rest : `${plain}/mcp${rest}`
}

/** The same reporter for problems of the migrated document: at their places in the older one. */
export function inOlderForm(reporter: Reporter): Reporter {
  const KEYS: Record<string, string> = { url: 'url', name: 'name', id: 'name', host: 'description' }
  const older = (path: Path): Path => {
    const [list, at, ...rest] = path
    const key = KEYS[String(rest.at(-1))]
    return list === 'customers' && at !== undefined
      ? ['servers', at, ...(key === undefined ? [] : [key])]
      : path
  }
  return {
    error: (path, message, hint) => reporter.error(older(path), message, hint),
    warn: (path, message, hint) => reporter.warn(older(path), message, hint),
    advise: (path, message, hint) => reporter.advise(older(path), message, hint),
    located: (path, message, hint) => reporter.located(older(path), message, hint),
  }
}
