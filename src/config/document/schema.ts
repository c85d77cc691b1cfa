// The shape of mcp_servers.json. `supportmax config schema` prints the descriptions.

import { z } from 'zod'
import { VENDOR_NAMES } from '../../catalog/vendors.ts'
import { isReserved } from '../references.ts'
import { clientCertificate, networkPath } from './network-schema.ts'
import {
  customerRoutingSchema,
  headerName,
  platformSchema,
  routingSchema,
  spending,
} from './platforms-schema.ts'

/** The name of a credential. A value in its place is rejected without repeating it. */
export const credentialName = z
  .string()
  .regex(
    /^[A-Z_][A-Z0-9_]{0,99}$/,
    'must be the NAME of a credential in capitals, such as GRAFANA_TOKEN_ACME, not its value',
  )
  .refine(name => !isReserved(name), { message: 'names a variable that controls other programs' })

const text = z.string().min(1, 'must not be empty').max(500, 'is longer than 500 characters')
const identifier = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens')
  .max(40, 'is longer than 40 characters')
const port = z.int().min(1024, 'must be 1024 or more').max(65_535, 'must be 65535 or less')
const seconds = z.number().positive('must be more than 0').max(86_400, 'must be at most a day (86400)')
const access = z
  .enum(['read-only', 'read-write'])
  .describe('read-only: only tools that are trusted to change nothing (default: read-only)')
const hostEntry = z
  .string()
  .regex(/^[A-Za-z0-9.-]+[:=](host-gateway|[0-9a-fA-F.:]+)$/, 'must be "name:address" or "name:host-gateway"')

const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable')

const limits = z
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

/** How to get to a server, or a server to its system. */
const network = { ...networkPath, timeouts: timeouts.optional() }

const server = z.strictObject({
  type: z
    .string()
    .optional()
    .describe('One of `supportmax types`; without it, "name" and a "url" or a "command" are needed'),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must begin with a letter and contain only a-z, 0-9 and -')
    .max(40, 'is longer than 40 characters')
    .optional()
    .describe('Needed to tell two servers of one type apart (default: the type)'),
  url: z.string().max(2_000).optional().describe('Address on the compose network, or of an external server'),
  command: text.optional().describe('Program of a stdio server; a path is relative to this file'),
  args: z.array(z.string().max(4_000)).optional().describe('Arguments of the command'),
  env: z
    .record(variable, z.string().max(4_000))
    .optional()
    .describe('Environment of the command; a value may name credentials as ${NAME}'),
  secrets_in_args: z
    .boolean()
    .optional()
    .describe(
      'true: the arguments may name credentials as ${NAME}, which every user of this machine can then see',
    ),
  cwd: text
    .optional()
    .describe('Working directory of the command, relative to this file (default: a folder of its own)'),
  managed: z.boolean().optional().describe('false: connect to it, but never start it'),
  config: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Settings of this type; see `supportmax types`'),
  port: port.optional().describe('Port on 127.0.0.1 (default: the next free one)'),
  bearer_env: credentialName
    .optional()
    .describe('External servers: name of the credential to send as a bearer token'),
  headers: z
    .record(headerName, text)
    .optional()
    .describe(
      'Headers for an external server, or for the system behind one of ours: a value with ${NAME}, or NAME under a key that ends in _env',
    ),
  transport: z
    .enum(['streamable-http', 'sse', 'auto'])
    .optional()
    .describe('Default: sse for a path that ends in /sse, else streamable-http; auto tries both'),
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
    .describe('Tools to treat as read-only, no matter what the server declares'),
  limits: limits.optional(),
})

const shared = {
  access: access.optional(),
  environment: text.optional().describe('For example "prod", which is marked on every screen'),
  limits: limits
    .extend(spending)
    .optional()
    .describe('Resource limits of each server, and how much may be spent on model platforms'),
  ...network,
  platforms_allowed: z
    .array(text)
    .optional()
    .describe("Model platforms that may see this customer's data (default: all)"),
}

const customer = z.strictObject({
  name: z.string().min(1, 'must not be empty').max(100, 'is longer than 100 characters'),
  id: identifier
    .optional()
    .describe('Default: read from a service host mcp-<type>-<id>, or derived from the name'),
  description: z.string().max(2_000).optional(),
  host: text.optional().describe('Host name that addresses are derived from when they are not set'),
  has_genesys: z.boolean().optional().describe('Ignored: the servers decide'),
  mcp_servers: z.array(server).describe("This customer's MCP servers"),
  routing: customerRoutingSchema
    .optional()
    .describe("How a platform is picked for this customer; overrides the file's routing, key by key"),
  ...shared,
})

const containerSettings = z.strictObject({
  max_warm_containers: z.int().positive().optional(),
  idle_timeout_seconds: seconds.optional(),
  health_check_timeout_seconds: seconds.optional().describe('Timeout of one probe (default: 10)'),
  health_check_interval_seconds: seconds
    .optional()
    .describe('Pause between probes of a starting server (default: 0.5)'),
  container_startup_timeout_seconds: seconds
    .optional()
    .describe('How long `up` waits for a server (default: 60)'),
  network_name: text.optional().describe('Ignored: each customer has its own network'),
  port_ranges: z
    .record(
      z.string(),
      z.strictObject({ start: port.optional(), internal: z.int().min(1).max(65_535).optional() }),
    )
    .optional(),
  images: z.record(z.string(), text).optional().describe('Image by type; overrides the catalogue'),
  build: z
    .strictObject({ base: text.optional(), name_prefix: text.optional() })
    .optional()
    .describe('Base image and name prefix of images that supportmax builds'),
})

export const documentSchema = z.strictObject({
  $schema: z.string().optional(),
  project: identifier.optional().describe("Name of the stack (default: the folder's name)"),
  default: text.optional().describe('Name or id of the customer that `chat` opens'),
  runtime: z.enum(['auto', 'docker', 'local']).optional(),
  network_pool: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'must be an IPv4 network such as 10.213.0.0/16')
    .optional(),
  credentials_file: text.optional().describe('Default: mcp_credentials.env next to this file'),
  limits: z
    .strictObject(spending)
    .optional()
    .describe('How much all customers together may spend on model platforms'),
  defaults: z.strictObject(shared).optional().describe('Defaults for all customers'),
  customers: z.array(customer),
  platforms: z
    .record(z.string(), platformSchema(credentialName))
    .optional()
    .describe(`Model platforms by name: ${VENDOR_NAMES.join(', ')}, or names of your own`),
  routing: routingSchema.optional().describe('How a platform is picked for each question'),
  container_settings: containerSettings.optional(),
})

export type DocumentInput = z.infer<typeof documentSchema>
export type CustomerInput = DocumentInput['customers'][number]
export type ServerInput = CustomerInput['mcp_servers'][number]
