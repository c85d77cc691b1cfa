// Servers without a type. Nothing is known of them, so nothing that they say is trusted, and none of their tools is called to
// check them.

import { dirname, resolve } from 'node:path'
import type { McpType } from '../../../catalog/type.ts'
import type { Path } from '../../document/problems.ts'
import type { ServerInput } from '../../document/schema.ts'
import type { EnvEntry, LocalProgram } from '../../project.ts'
import { referencesIn } from '../../references.ts'
import { isSecret, looksSecret } from '../../settings/secrets.ts'
import type { ResolveContext } from '../context.ts'
import { BY_NAME } from '../headers.ts'
import { checkVariable } from './variables.ts'

type Known = 'type' | 'title' | 'summary' | 'image' | 'tokenEnv' | 'prompt'

const UNKNOWN: Omit<McpType, Known> = {
  path: '/mcp',
  transport: 'streamable-http',
  args: { always: [], 'streamable-http': [], sse: [], 'read-only': [], ca: [] },
  env: {},
  caEnv: {},
  proxyEnv: {},
  config: {},
  readOnly: { hints: false, tools: [] },
  local: { program: 'bridge' },
  ports: { container: 8888, host: 9301 },
  limits: { cpus: 0.5, memory: '256M', pids: 64 },
}

const REMOTE: McpType = {
  ...UNKNOWN,
  type: 'remote',
  title: 'Remote MCP server',
  summary: 'Any MCP server at a URL',
  image: { pull: '' },
  tokenEnv: '',
  prompt: 'A remote MCP server. The descriptions of its tools say what it is for.',
}

const COMMAND: McpType = {
  ...UNKNOWN,
  type: 'command',
  title: 'stdio MCP server',
  summary: 'Any MCP server that is a command',
  image: { build: 'bridge' },
  // Only Node adds them to those of the system; the variables of other programs replace them.
  caEnv: { CHILD_NODE_EXTRA_CA_CERTS: '{caFile}' },
  proxyEnv: { CHILD_NODE_USE_ENV_PROXY: '1' },
  env: {
    MCP_ADDRESS: '{address}',
    MCP_PORT: '{port}',
    MCP_PATH: '{path}',
    MCP_ALLOWED_HOSTS: '{allowedHosts}',
  },
  tokenEnv: 'MCP_SERVER_TOKEN',
  prompt: 'An MCP server. The descriptions of its tools say what it is for.',
}

/** The type of a server that names none; undefined, with an error, if it is not complete. */
export function untyped(
  { reporter, catalog }: ResolveContext,
  input: ServerInput,
  at: Path,
): McpType | undefined {
  const types = [...catalog.keys()].join(', ')
  if (input.url === undefined && input.command === undefined) {
    reporter.error(
      at,
      'has no "type", "url" or "command"',
      `add a "type" (${types}), the "url" of a remote server, or the "command" of a stdio server`,
    )
    return undefined
  }
  if (input.url !== undefined && input.command !== undefined)
    reporter.error([...at, 'command'], 'conflicts with "url"', 'remove one of them')
  if (input.name === undefined)
    reporter.error(at, 'has no "name"', 'add "name": a server without a "type" needs one')
  if (input.managed !== undefined && input.managed !== (input.command !== undefined))
    reporter.error([...at, 'managed'], 'contradicts the rest of the server', 'remove it')
  if (input.config === undefined) return input.command === undefined ? REMOTE : COMMAND
  reporter.error([...at, 'config'], 'needs a "type", which says what its keys mean', `add "type" (${types})`)
  return undefined
}

const IN_CLEAR = 'looks like a secret in clear text'

/** `--token=abc`. */
function isSecretFlag(arg: string): boolean {
  const [, flag, value] = /^(--?[\w-]+)=(.+)$/s.exec(arg) ?? []
  return flag !== undefined && value !== undefined && isSecret(flag, value)
}

export interface Command {
  local: LocalProgram
  args: string[]
  env: EnvEntry[]
}

/** The command of a stdio server, with its environment as the bridge passes it on; undefined for other servers. */
export function commandOf(context: ResolveContext, input: ServerInput, at: Path): Command | undefined {
  const { reporter, file } = context
  if (input.command === undefined) {
    for (const key of ['args', 'env', 'cwd', 'secrets_in_args'] as const)
      if (input[key] !== undefined)
        reporter.error([...at, key], 'is only for a server with a "command"', 'remove it')
    return undefined
  }
  if (input.type !== undefined)
    reporter.error([...at, 'command'], 'conflicts with "type"', 'remove one of them')
  const { command, args = [], env = {}, cwd } = input
  for (const [index, arg] of args.entries()) {
    const path = [...at, 'args', index]
    if (referencesIn(arg).length > 0 && input.secrets_in_args !== true)
      reporter.error(
        path,
        'names a credential, which every user of this machine could see in the list of processes',
        'put it into "env", or set "secrets_in_args": true',
      )
    if (looksSecret(arg) || isSecretFlag(arg))
      reporter.warn(path, IN_CLEAR, 'put it into mcp_credentials.env, and its name into "env"')
  }
  const entries = Object.entries(env).map(([name, value]): EnvEntry => {
    checkVariable(reporter, [...at, 'env', name], { name, value })
    if (isSecret(name, value)) reporter.warn([...at, 'env', name], IN_CLEAR, BY_NAME)
    return { name: `CHILD_${name}`, value }
  })
  const folder = dirname(file)
  const program = command.includes('/') ? resolve(folder, command) : command
  return {
    local: { kind: 'bridge', command: program, cwd: cwd === undefined ? undefined : resolve(folder, cwd) },
    args,
    env: entries,
  }
}
