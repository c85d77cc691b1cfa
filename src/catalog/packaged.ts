// Types whose server is a package of npm or PyPI: a shorter file, since all of them are started the same way.

import { z } from 'zod'
import { type McpType, mcpTypeSchema } from './type.ts'

const strings = z.array(z.string())

const makePackagedSchema = () =>
  mcpTypeSchema()
    .pick({
      type: true,
      title: true,
      summary: true,
      config: true,
      env: true,
      readOnly: true,
      effects: true,
      dryRuns: true,
      authors: true,
      smoke: true,
      prompt: true,
    })
    .extend({
      /** `npm:name@1.2.3` or `pypi:name==1.2.3`, and its program, unless it is the only one or has the package's name. */
      image: z.strictObject({ package: z.string(), bin: z.string().optional() }),
      /** Where host ports start. */
      port: z.number().int(),
      args: mcpTypeSchema()
        .shape.args.unwrap()
        .pick({ always: true, 'read-only': true, 'read-write': true })
        .prefault({}),
      /** `own`: each session has a process of its own, because it keeps something between calls. */
      sessions: z.enum(['shared', 'own']).default('shared'),
      limits: mcpTypeSchema().shape.limits.default({ cpus: 0.5, memory: '512M', pids: 128 }),
      /**
       * All its tools in this version, which `npm run test:catalogue` compares with what it lists; absent for a server that lists
       * them only after signing in.
       */
      tools: strings.min(1).optional(),
      /** Where its facts come from. */
      source: z.url(),
    })

let packagedSchema: ReturnType<typeof makePackagedSchema> | undefined

/** The shape of a built-in type, made at its first use. */
export function packagedTypeSchema() {
  packagedSchema ??= makePackagedSchema()
  return packagedSchema
}

/** The same for a project's own type, whose lock is beside the configuration. */
export function ownPackagedTypeSchema() {
  return packagedTypeSchema().extend({
    overrides: z.boolean().default(false),
    source: z.url().optional(),
  })
}

/** Default of `max_sessions`. */
export const MOST_SESSIONS = 4

/** The bridge passes variables with this prefix on to the program. */
const CHILD = 'CHILD_'

/** The type in its full form: behind the bridge. */
export function fromPackaged({
  port,
  args,
  sessions,
  tools: _tools,
  source: _source,
  ...type
}: Omit<z.infer<ReturnType<typeof makePackagedSchema>>, 'source'> & {
  source?: string | undefined
}): McpType {
  const config = Object.entries(type.config).map(([name, key]) => [
    name,
    key.env === undefined ? key : { ...key, env: `${CHILD}${key.env}` },
  ])
  return {
    ...type,
    config: Object.fromEntries(config),
    transport: 'streamable-http',
    path: '/mcp',
    ports: { container: 8888, host: port },
    args: { 'streamable-http': [], sse: [], ca: [], ...args },
    env: {
      ...forChild(type.env),
      ...BRIDGE,
      ...(sessions === 'own' && { MCP_OWN_SESSIONS: String(MOST_SESSIONS) }),
    },
    caEnv: { CHILD_NODE_EXTRA_CA_CERTS: '{caFile}' },
    proxyEnv: { CHILD_NODE_USE_ENV_PROXY: '1' },
    tokenEnv: 'MCP_SERVER_TOKEN',
    local: { program: 'bridge' },
  }
}

function forChild(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [`${CHILD}${name}`, value]))
}

/** What the bridge reads. */
export const BRIDGE = {
  MCP_ADDRESS: '{address}',
  MCP_PORT: '{port}',
  MCP_PATH: '{path}',
  MCP_ALLOWED_HOSTS: '{allowedHosts}',
}
