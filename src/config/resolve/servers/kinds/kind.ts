import type { McpType } from '../../../../catalog/type.ts'
import type { Path } from '../../../document/problems.ts'
import type { ServerInput } from '../../../document/schema/document.ts'
import type { EnvEntry, ImageSource, LocalProgram, Volume } from '../../../project.ts'
import type { ResolveContext } from '../../context.ts'

/** A kind of server without a type of the catalogue. */
export interface ServerKind {
  /** What is known of such a server, in place of a type. */
  typeOf(input: ServerInput): McpType
  /** Further keys that only some kinds of servers may have, and this one may. */
  keys: readonly (keyof ServerInput)[]
  /** Allowed values of "transport". */
  transports: readonly NonNullable<ServerInput['transport']>[]
  /** What one of these servers runs; absent for servers that supportmax does not start. */
  programOf?(context: ResolveContext, input: ServerInput, at: Path): Program
}

/** What the configuration makes a server run. */
interface Program {
  image: ImageSource
  local: LocalProgram | undefined
  args: string[]
  env: EnvEntry[]
  /** Default: none. */
  volumes?: Volume[]
}

/** Nothing is known of such a server, so nothing that it says is trusted, and none of its tools is called to check it. */
export const UNKNOWN = {
  path: '/mcp',
  transport: 'streamable-http',
  args: { always: [], 'streamable-http': [], sse: [], 'read-only': [], 'read-write': [], ca: [] },
  env: {},
  caEnv: {},
  proxyEnv: {},
  config: {},
  readOnly: { hints: false, tools: [] },
  effects: [],
  dryRuns: {},
  authors: {},
  ports: { container: 8888, host: 9301 },
  limits: { cpus: 0.5, memory: '256M', pids: 64 },
} satisfies Partial<McpType>
