// The forms of other MCP clients' files, one row each. Their entries differ so little that one function reads them all.

import { isRecord } from '../../base/records.ts'

/** A server as another client's file describes it. Texts are as they are written, with references and secrets. */
export interface ForeignServer {
  name: string
  /** What the first word of `command` is (default: a program). */
  kind?: 'package' | 'image'
  /** Program, package or image, and arguments; empty for a remote server. */
  command: string[]
  env: Record<string, string>
  cwd: string | undefined
  url: string | undefined
  headers: Record<string, string>
  transport: 'sse' | 'streamable-http' | undefined
  /** File with further variables, relative to the file that was read. */
  envFile: string | undefined
  isDisabled: boolean
  /** Keys of the entry that supportmax does not keep. */
  dropped: string[]
}

interface Form {
  /** For people. */
  clients: string
  /** Where the form is documented. */
  source: string
  /** The entries by name; undefined if the file has another form. */
  entries(file: Record<string, unknown>): Record<string, unknown> | undefined
}

const FORMS: readonly Form[] = [
  {
    clients: 'Claude, Cursor, Windsurf, Gemini CLI and others',
    source: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
    entries: file => recordAt(file, 'mcpServers'),
  },
  {
    clients: 'VS Code',
    source: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration',
    entries: file => recordAt(file, 'servers') ?? recordAt(recordAt(file, 'mcp') ?? {}, 'servers'),
  },
  {
    clients: 'Zed',
    source: 'https://zed.dev/docs/ai/mcp',
    entries: file => recordAt(file, 'context_servers'),
  },
  {
    clients: 'opencode',
    source: 'https://opencode.ai/docs/mcp-servers',
    entries: file => recordAt(file, 'mcp'),
  },
]

export interface ForeignFile {
  clients: string
  servers: ForeignServer[]
}

/** The servers in a file of another client; undefined if it has none of the known forms. */
export function readForeign(value: unknown): ForeignFile | undefined {
  if (!isRecord(value)) return undefined
  for (const { clients, entries } of FORMS) {
    const found = Object.entries(entries(value) ?? {}).filter(
      (one): one is [string, Record<string, unknown>] => isServer(one[1]),
    )
    if (found.length > 0) return { clients, servers: found.map(([name, entry]) => serverOf(name, entry)) }
  }
  return undefined
}

/** For the message about a file that has none of them. */
export const KNOWN_CLIENTS = FORMS.map(one => one.clients).join('; ')

function isServer(value: unknown): boolean {
  return isRecord(value) && ['command', 'url', 'serverUrl', 'httpUrl', 'uri'].some(key => key in value)
}

const KEPT = [
  ...['command', 'args', 'env', 'environment', 'cwd', 'envFile'],
  ...['url', 'serverUrl', 'httpUrl', 'uri', 'headers', 'http_headers', 'type', 'transport', 'source'],
  ...['disabled', 'enabled'],
]

function serverOf(name: string, entry: Record<string, unknown>): ForeignServer {
  // Zed's older form has everything in `command`.
  const inner = isRecord(entry.command) ? entry.command : undefined
  const { path, args, env } = inner ?? {
    path: undefined,
    args: entry.args,
    env: entry.env ?? entry.environment,
  }
  const program = inner ? path : entry.command
  const url = textOf(entry.url) ?? textOf(entry.serverUrl) ?? textOf(entry.httpUrl) ?? textOf(entry.uri)
  return {
    name,
    command: [...textsOf(program), ...(program === undefined ? [] : textsOf(args))],
    env: stringsIn(env),
    cwd: textOf(entry.cwd),
    url,
    headers: stringsIn(entry.headers ?? entry.http_headers),
    transport: transportOf(entry, url),
    envFile: textOf(entry.envFile),
    isDisabled: entry.disabled === true || entry.enabled === false,
    dropped: Object.keys(entry).filter(key => !KEPT.includes(key)),
  }
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

function stringsIn(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      one === null || isRecord(one) ? [] : [[key, String(one)]],
    ),
  )
}
