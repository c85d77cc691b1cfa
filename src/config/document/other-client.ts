import { isRecord } from '../../base/records.ts'
import { shownUrl } from '../../base/text/urls.ts'
import { loadCatalog } from '../../catalog/load.ts'
import { loopbackFault } from './loopback.ts'
import type { Reporter } from './problems.ts'

/** Where other MCP clients keep their servers: Claude, Cursor and many others; VS Code; Zed; opencode; Codex. */
const KEYS = ['mcpServers', 'servers', 'context_servers', 'mcp', 'mcp_servers', 'mcp-servers'] as const
const MOST_SHOWN = 3

/** Reports a file that has another client's shape, with lines of ours to write instead. Returns whether it was one. */
export function reportOtherClient(value: unknown, reporter: Reporter): boolean {
  if (!isRecord(value) || 'customers' in value) return false
  const key = KEYS.find(one => isRecord(value[one]))
  if (key === undefined) return false
  const entries = Object.entries(value[key] as object).filter(([, one]) => isRecord(one))
  const ours = entries.flatMap(([name, entry]) => serverOf(name, entry) ?? [])
  const left = entries.filter(([name, entry]) => !serverOf(name, entry)).map(([name]) => name)
  const servers = ours.length > 0 ? ours.slice(0, MOST_SHOWN) : [EXAMPLE]
  const lines = JSON.stringify({ customers: [{ name: 'Acme', mcp_servers: servers }] })
  const rest = left.length > 0 ? ` (supportmax has no type for ${namesOf(left)} yet)` : ''
  reporter.error(
    [key],
    'this is the configuration of another MCP client; in supportmax, servers belong to customers',
    `write ${lines}${rest}${loopbackNote(servers)}`,
  )
  return true
}

/** The address of a system that Docker would refuse; an external server's `url` is called from this machine. */
function loopbackNote(servers: readonly unknown[]): string {
  const configs = servers.flatMap(one => (isRecord(one) && isRecord(one.config) ? [one.config] : []))
  const urls = configs.flatMap(one => Object.values(one).filter(value => URL.canParse(String(value))))
  const [fault] = urls.flatMap(url => loopbackFault(new URL(String(url)).hostname) ?? [])
  return fault ? ` (${fault.message}: ${fault.hint})` : ''
}

function namesOf(names: string[]): string {
  const more = names.length - MOST_SHOWN
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const EXAMPLE = { type: 'grafana', config: { grafana_url: 'https://grafana.example.com' } }

/** An entry as one of our servers; undefined if there is no type for it. */
function serverOf(name: string, entry: Record<string, unknown>): Record<string, unknown> | undefined {
  // Words such as "time" are in many names, and the entry itself says which package it is.
  const types = [...loadCatalog().values()].filter(({ image }) => !('package' in image))
  const type = types.map(one => one.type).find(one => name.toLowerCase().includes(one))
  const remote = [entry.url, entry.serverUrl, entry.httpUrl].find(one => typeof one === 'string')
  if (remote !== undefined) {
    return {
      type: type ?? 'grafana',
      name: serverName(name),
      url: plainUrl(remote),
      bearer_env: 'TOKEN_ACME',
    }
  }
  if (type === undefined) return undefined
  const address = isRecord(entry.env) ? entry.env[`${type.toUpperCase()}_URL`] : undefined
  return typeof address === 'string' ? { type, config: { [`${type}_url`]: plainUrl(address) } } : { type }
}

/** Without what may be a secret: the text is printed. */
function plainUrl(text: string): string {
  return shownUrl(text.replace(/[?#].*$/s, '').replace(/^(\w+:\/\/)[^/]*@/, '$1'))
}

function serverName(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return plain.replace(/^[^a-z]+|-+$/g, '') || 'grafana'
}
