// The shape of one server in mcp_servers.json.

import { z } from 'zod'
import { PROTOCOL_VERSIONS } from '../../settings/server.ts'
import { authSchema } from './auth.ts'
import { credentialName, port, seconds, text } from './names.ts'
import { clientCertificate, networkPath } from './network.ts'
import { headerName } from './platforms.ts'

const hostEntry = z
  .string()
  .regex(/^[A-Za-z0-9.-]+[:=](host-gateway|[0-9a-fA-F.:]+)$/, 'must be "name:address" or "name:host-gateway"')

const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable')

export const limits = z
  .strictObject({
    cpus: z.number().positive('must be more than 0').max(64, 'is more than 64').optional(),
    memory: z
      .string()
      .regex(/^[1-9]\d*[MG]$/, 'must be like "256M" or "1G"')
      .optional(),
    pids: z.int().min(16, 'must be 16 or more').max(32_768, 'is too large').optional(),
  })
  .describe('Resource limits of one server')

const timeouts = z
  .strictObject({
    connect: seconds.optional().describe('Opening a connection (default: health_check_timeout_seconds)'),
    call: seconds
      .optional()
      .describe('One call, from its start or from the last progress that the server reports (default: 60)'),
    idle: seconds.optional().describe('Without a byte from the server (default: as long as a call)'),
  })
  .describe('Timeouts in seconds')

const toolChoice = z
  .strictObject({
    include: z.array(text).optional().describe('Only these (default: all)'),
    exclude: z.array(text).optional().describe('Not these, even if "include" names them'),
  })
  .describe('Which tools are offered at all: names, or patterns such as "admin_*"')

export const pins = z
  .enum(['enforce', 'warn'])
  .describe(
    'A tool whose definition differs from mcp-lock.json: enforce withholds it until it is accepted, warn only says so (default: enforce)',
  )

/** How to get to a server, or a server to its system. */
export const network = { ...networkPath, timeouts: timeouts.optional() }

export const serverSchema = z.strictObject({
  type: z
    .string()
    .optional()
    .describe(
      'One of `supportmax types`; otherwise, "name" and a "url", "command", "package" or "image" are needed',
    ),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must begin with a letter and contain only a-z, 0-9 and -')
    .max(40, 'is longer than 40 characters')
    .optional()
    .describe('Needed to tell two servers of one type apart (default: the type)'),
  url: z.string().max(2_000).optional().describe('Address on the compose network, or of an external server'),
  command: text.optional().describe('Program of a stdio server; a path is relative to this file'),
  package: text
    .optional()
    .describe(
      'Package of a stdio server: "npm:name@1.2.3" or "pypi:name==1.2.3"; it is installed before the start',
    ),
  bin: text
    .optional()
    .describe('Program of the package (default: the only one, or the one named like the package)'),
  allow_scripts: z
    .array(text)
    .optional()
    .describe('Packages that may run code while they are installed (default: none)'),
  image: text.optional().describe('Container image of a server, over HTTP or stdio'),
  container_port: z
    .int()
    .min(1, 'must be 1 or more')
    .max(65_535, 'must be 65535 or less')
    .optional()
    .describe('Port in the container on which the image serves MCP'),
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9._~/-]{0,200}$/, 'must be a path such as /mcp')
    .optional()
    .describe('Path at which the image serves MCP (default: /mcp, or /sse for the SSE transport)'),
  token_env: variable
    .optional()
    .describe('Variable in which the image expects the bearer token of its callers'),
  volumes: z
    .array(text)
    .optional()
    .describe('"source:target": files and folders, relative to this file, mounted read-only'),
  args: z.array(z.string().max(4_000)).optional().describe('Arguments of the program, or of the image'),
  env: z
    .record(variable, z.string().max(4_000))
    .optional()
    .describe('Environment of the program; a value may name credentials as ${NAME}'),
  secrets_in_args: z
    .boolean()
    .optional()
    .describe(
      'true: the arguments may name credentials as ${NAME}, which every user of this machine can then see',
    ),
  cwd: text
    .optional()
    .describe('Working directory of the command, relative to this file (default: a folder of its own)'),
  sessions: z
    .enum(['shared', 'own'])
    .optional()
    .describe(
      'stdio servers: own starts the program once for each session that calls a tool, for a server that keeps something between calls (default: shared)',
    ),
  max_sessions: z
    .int()
    .min(1, 'must be 1 or more')
    .max(32, 'is more than 32')
    .optional()
    .describe('Most sessions at a time with "sessions": "own" (default: 4)'),
  managed: z.boolean().optional().describe('false: connect to it, but never start it'),
  config: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Settings of this type; see `supportmax types`'),
  port: port.optional().describe('Port on 127.0.0.1 (default: the next free one)'),
  bearer_env: credentialName.optional().describe('External servers: short for "auth": { "bearer_env": … }'),
  auth: authSchema.optional(),
  headers: z
    .record(headerName, text)
    .optional()
    .describe(
      'Headers for an external server, or for the system behind one of ours: a value with ${NAME}, or NAME under a key that ends in _env',
    ),
  transport: z
    .enum(['streamable-http', 'sse', 'auto', 'stdio'])
    .optional()
    .describe(
      'Default: sse for a path that ends in /sse, else streamable-http; auto tries both; stdio is for images',
    ),
  newest_protocol: z
    .enum(PROTOCOL_VERSIONS)
    .optional()
    .describe('Newest MCP revision to ask this server for (default: the newest that both sides know)'),
  ...clientCertificate('External servers: '),
  ...network,
  extra_hosts: z.array(hostEntry).optional(),
  trust_hints: z
    .boolean()
    .optional()
    .describe("true: believe what the server's own hints say about which tools are read-only"),
  read_only_tools: z
    .array(text)
    .optional()
    .describe(
      'Tools to treat as read-only, no matter what the server declares; a pattern such as "get_*" covers those that `supportmax tools accept CUSTOMER` has accepted',
    ),
  tools: toolChoice.optional(),
  pins: pins.optional(),
  limits: limits.optional(),
})
