// The shape of mcp_servers.json. `supportmax config schema` prints the descriptions.

import { z } from 'zod'
import { VENDOR_NAMES } from '../../../catalog/vendors.ts'
import { gatewaySchema } from './gateway.ts'
import { credentialName, port, seconds, text } from './names.ts'
import { customerRoutingSchema, platformSchema, routingSchema, spending } from './platforms.ts'
import { policySchema } from './policy.ts'
import { secretsSchema } from './secrets.ts'
import { limits, network, pins, serverSchema } from './server.ts'

const identifier = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens')
  .max(40, 'is longer than 40 characters')
const access = z
  .enum(['read-only', 'read-write'])
  .describe('read-only: only tools that are trusted to change nothing (default: read-only)')

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
  transcripts: z
    .strictObject({
      keep_days: z
        .int()
        .min(0)
        .max(3_650)
        .optional()
        .describe(
          'Days for which a conversation is kept after its last question; 0: not at all (default: 30)',
        ),
    })
    .optional()
    .describe('What is kept of conversations, and of the lines that were typed'),
}

const customer = z.strictObject({
  name: z.string().min(1, 'must not be empty').max(100, 'is longer than 100 characters'),
  id: identifier
    .optional()
    .describe('Default: read from a service host mcp-<type>-<id>, or derived from the name'),
  description: z.string().max(2_000).optional(),
  host: text.optional().describe('Host name that addresses are derived from when they are not set'),
  has_genesys: z.boolean().optional().describe('Ignored: the servers decide'),
  mcp_servers: z.array(serverSchema).describe("This customer's MCP servers"),
  names: z
    .enum(['full', 'plain'])
    .optional()
    .describe(
      'What other MCP clients see of a tool: its server and its name, or for a customer with one server only its name (default: full)',
    ),
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
    .strictObject({
      base: text.optional().describe('Node (default: node:24-slim)'),
      npm: text.optional().describe('Node with npm, which installs packages (default: node:24-slim)'),
      python_base: text.optional().describe('Python, for packages from PyPI (default: python:3.12-slim)'),
      uv: text.optional().describe('uv, which installs packages from PyPI, as the file /uv'),
      name_prefix: text.optional().describe('Name prefix of built images (default: supportmax)'),
    })
    .optional()
    .describe('Base images of the images that supportmax builds'),
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
  secrets: secretsSchema.optional().describe('Where values of credentials come from, besides that file'),
  encryption_key_env: credentialName
    .optional()
    .describe(
      'Name of the credential with the key that encrypts sign-ins on disk: 32 bytes in base64 or hex',
    ),
  limits: z
    .strictObject(spending)
    .optional()
    .describe('How much all customers together may spend on model platforms'),
  defaults: z.strictObject(shared).optional().describe('Defaults for all customers'),
  pins: pins.optional(),
  customers: z.array(customer),
  platforms: z
    .record(z.string(), platformSchema)
    .optional()
    .describe(`Model platforms by name: ${VENDOR_NAMES.join(', ')}, or names of your own`),
  routing: routingSchema.optional().describe('How a platform is picked for each question'),
  policy: policySchema
    .optional()
    .describe(
      'Ordered rules for calls of tools; the first that matches decides, and what no rule matches is denied (default: reads are allowed, writes need approval)',
    ),
  audit: z
    .strictObject({
      arguments: z
        .boolean()
        .optional()
        .describe('true: record the values of arguments, too (default: only their size)'),
    })
    .optional()
    .describe('What the audit record of calls has'),
  gateway: gatewaySchema.optional().describe('How other MCP clients enter, with `supportmax serve`'),
  container_settings: containerSettings.optional(),
})

export type DocumentInput = z.infer<typeof documentSchema>
export type CustomerInput = DocumentInput['customers'][number]
export type ServerInput = CustomerInput['mcp_servers'][number]
