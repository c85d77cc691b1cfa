import type { McpType } from '../../../catalog/type.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema.ts'
import type { ResolveContext } from '../context.ts'

/**
 * A remote server without a type. Nothing is known of it, so nothing that it says is trusted, and none of its tools is called
 * to check it.
 */
const REMOTE: McpType = {
  type: 'remote',
  title: 'Remote MCP server',
  summary: 'Any MCP server at a URL',
  image: { pull: '' },
  transport: 'streamable-http',
  path: '/mcp',
  ports: { container: 8888, host: 9301 },
  args: { always: [], 'streamable-http': [], sse: [], 'read-only': [], ca: [] },
  env: {},
  caEnv: {},
  proxyEnv: {},
  tokenEnv: '',
  config: {},
  readOnly: { hints: false, tools: [] },
  local: { command: [''], install: '' },
  limits: { cpus: 0.5, memory: '256M', pids: 64 },
  prompt: 'A remote MCP server. The descriptions of its tools say what it is for.',
}

/** The type of a server that names none; undefined, with an error, if it is no complete remote server. */
export function untyped(
  { reporter, catalog }: ResolveContext,
  input: ServerInput,
  at: Path,
): McpType | undefined {
  const types = [...catalog.keys()].join(', ')
  if (input.url === undefined) {
    reporter.error(
      at,
      'has neither "type" nor "url"',
      `add "type" (${types}), or the "url" of a remote server`,
    )
    return undefined
  }
  if (input.name === undefined)
    reporter.error(at, 'has no "name"', 'add "name": a server without a "type" needs one')
  if (input.managed === true)
    reporter.error([...at, 'managed'], 'is true, but nothing says what to start', `add "type" (${types})`)
  if (input.config === undefined) return REMOTE
  reporter.error([...at, 'config'], 'needs a "type", which says what its keys mean', `add "type" (${types})`)
  return undefined
}
