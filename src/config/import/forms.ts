// The forms of other MCP clients' files, one row each. Their entries differ so little that one function reads them all.

import { isRecord } from '../../base/records.ts'
import type { ForeignServer } from './foreign.ts'
import { registryServers } from './registry.ts'

type Entries = [name: string, entry: Record<string, unknown>][]

interface Form {
  /** For people. */
  clients: string
  /** Where the form is documented. */
  source: string
  /** The entries; undefined if the file has another form. */
  entries?(file: Record<string, unknown>): Entries | undefined
  /** The servers of a form that is read differently. */
  servers?(file: Record<string, unknown>): ForeignServer[] | undefined
}

const FORMS: readonly Form[] = [
  {
    clients: 'Claude, Cursor, Windsurf, Gemini CLI and others',
    // Windsurf's `serverUrl`: https://docs.windsurf.com/windsurf/cascade/mcp. Gemini CLI's `httpUrl`, `includeTools`,
    // `excludeTools`: https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md
    source: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
    entries: file => entriesAt(file, 'mcpServers'),
  },
  {
    clients: 'Continue',
    source: 'https://docs.continue.dev/customize/deep-dives/mcp',
    entries: ({ mcpServers }) =>
      Array.isArray(mcpServers)
        ? mcpServers.filter(isRecord).map(one => [textOf(one.name) ?? 'server', one])
        : undefined,
  },
  {
    clients: 'the MCP registry (server.json)',
    source:
      'https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/server-json/generic-server-json.md',
    servers: registryServers,
  },
  {
    clients: 'VS Code',
    source: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration',
    entries: file => entriesAt(file, 'servers') ?? entriesAt(recordAt(file, 'mcp') ?? {}, 'servers'),
  },
  {
    clients: 'Zed',
    source: 'https://zed.dev/docs/ai/mcp',
    entries: file => entriesAt(file, 'context_servers'),
  },
  {
    clients: 'opencode',
    source: 'https://opencode.ai/docs/mcp-servers',
    entries: file => entriesAt(file, 'mcp'),
  },
  {
    clients: 'Goose',
    source: 'https://block.github.io/goose/docs/guides/config-files',
    entries: file => entriesAt(file, 'extensions'),
  },
  {
    clients: 'Codex',
    source: 'https://developers.openai.com/codex/config-reference',
    entries: file => entriesAt(file, 'mcp_servers'),
  },
]

export interface ForeignFile {
  clients: string
  servers: ForeignServer[]
}

/** The servers in a file of another client; undefined if it has none of the known forms. */
export function readForeign(value: unknown): ForeignFile | undefined {
  if (!isRecord(value)) return undefined
  for (const { clients, entries, servers } of FORMS) {
    const found =
      servers?.(value) ??
      (entries?.(value) ?? [])
        .filter(([, entry]) => isServer(entry))
        .map(([name, entry]) => serverOf(name, entry))
    if (found.length > 0) return { clients, servers: found }
  }
  return undefined
}

/** For the message about a file that has none of them. */
export const KNOWN_CLIENTS = FORMS.map(one => one.clients).join('; ')

/** What Goose runs inside itself has no program. */
const BUILT_IN = /^(builtin|platform|frontend|inline_python)$/

function isServer(value: Record<string, unknown>): boolean {
  return (
    ['command', 'cmd', 'url', 'serverUrl', 'httpUrl', 'uri'].some(key => key in value) ||
    BUILT_IN.test(textOf(value.type) ?? '')
  )
}

const KEPT = [
  ...['command', 'cmd', 'args', 'env', 'environment', 'envs', 'env_keys', 'env_vars', 'cwd', 'envFile'],
  ...['url', 'serverUrl', 'httpUrl', 'uri', 'type', 'transport', 'source'],
  ...[
    'headers',
    'http_headers',
    'env_http_headers',
    'bearer_token_env_var',
    'bearer_token',
    'requestOptions',
  ],
  ...['includeTools', 'excludeTools', 'enabled_tools', 'disabled_tools', 'available_tools'],
  ...['disabled', 'enabled', 'name', 'bundled'],
]

function serverOf(name: string, entry: Record<string, unknown>): ForeignServer {
  // Zed's older form has everything in `command`.
  const inner = isRecord(entry.command) ? entry.command : undefined
  const program = inner ? inner.path : (entry.command ?? entry.cmd)
  const args = inner ? inner.args : entry.args
  const url = textOf(entry.url) ?? textOf(entry.serverUrl) ?? textOf(entry.httpUrl) ?? textOf(entry.uri)
  const tools = toolsOf(entry)
  const leftOut = leftOutReason(entry)
  return {
    name,
    command: [...textsOf(program), ...(program === undefined ? [] : textsOf(args))],
    env: {
      ...stringsIn(inner ? inner.env : (entry.env ?? entry.environment ?? entry.envs)),
      // Values that the client takes from its own environment, or from its own store of secrets.
      ...byName([entry.env_keys, entry.env_vars].flatMap(namesIn)),
    },
    cwd: textOf(entry.cwd),
    url,
    headers: headersOf(entry),
    transport: transportOf(entry, url),
    envFile: textOf(entry.envFile),
    ...(tools && { tools }),
    ...(leftOut !== undefined && { leftOut }),
    dropped: droppedKeys(entry),
  }
}

function leftOutReason(entry: Record<string, unknown>): string | undefined {
  if (entry.disabled === true || entry.enabled === false) return 'it is disabled'
  return BUILT_IN.test(textOf(entry.type) ?? '') ? 'it is part of that client, not a server' : undefined
}

function headersOf(entry: Record<string, unknown>): Record<string, string> {
  const options = isRecord(entry.requestOptions) ? entry.requestOptions : {}
  const token = textOf(entry.bearer_token_env_var)
  const plain = textOf(entry.bearer_token)
  const fromEnvironment = Object.entries(stringsIn(entry.env_http_headers))
  return {
    ...stringsIn(entry.headers ?? entry.http_headers ?? options.headers),
    ...Object.fromEntries(fromEnvironment.map(([header, variable]) => [header, `\${${variable}}`])),
    ...(token !== undefined && { Authorization: `Bearer \${${token}}` }),
    ...(plain !== undefined && { Authorization: `Bearer ${plain}` }),
  }
}

function toolsOf(entry: Record<string, unknown>): ForeignServer['tools'] {
  const include = textsOf(entry.includeTools ?? entry.enabled_tools ?? entry.available_tools)
  const exclude = textsOf(entry.excludeTools ?? entry.disabled_tools)
  if (include.length + exclude.length === 0) return undefined
  return { ...(include.length > 0 && { include }), ...(exclude.length > 0 && { exclude }) }
}

function droppedKeys(entry: Record<string, unknown>): string[] {
  const options = isRecord(entry.requestOptions) ? Object.keys(entry.requestOptions) : []
  return [
    ...Object.keys(entry).filter(key => !KEPT.includes(key)),
    ...options.filter(key => key !== 'headers').map(key => `requestOptions.${key}`),
  ]
}

/** Where an entry says it. Gemini CLI's `httpUrl` says it by its name; many others leave it open. */
function transportOf(entry: Record<string, unknown>, url: string | undefined): ForeignServer['transport'] {
  const word = textOf(entry.transport) ?? textOf(entry.type)
  if (url === undefined) return undefined
  if (word === 'sse') return 'sse'
  return /^(http|streamable.?http)$/i.test(word ?? '') || entry.httpUrl !== undefined
    ? 'streamable-http'
    : undefined
}

function entriesAt(file: Record<string, unknown>, key: string): Entries | undefined {
  const found = recordAt(file, key)
  if (!found) return undefined
  return Object.entries(found).filter((one): one is Entries[number] => isRecord(one[1]))
}

function recordAt(value: Record<string, unknown>, key: string): Record<string, unknown> | undefined {
  const found = value[key]
  return isRecord(found) ? found : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .flatMap(one => (typeof one === 'string' || typeof one === 'number' ? [String(one)] : []))
}

/** Names in a list of names, or of objects with one. */
function namesIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value : []
  return list.flatMap(one => textOf(isRecord(one) ? one.name : one) ?? [])
}

function byName(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map(name => [name, `\${${name}}`]))
}

function stringsIn(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      ['string', 'number', 'boolean'].includes(typeof one) ? [[key, String(one)]] : [],
    ),
  )
}
