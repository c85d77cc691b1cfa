// The shape of a file under templates/mcp-types/, which describes one type of MCP server.

import { z } from 'zod'

const line = z.string().regex(/^\P{Cc}*$/u, 'contains control characters')
const strings = z.array(line)

/** The name of an environment variable, but none of those by which supportmax finds what it has started. */
const variable = z
  .string()
  .regex(/^(?!SUPPORTMAX_)[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable')
const variables = z.record(variable, line)

/** A regular expression. */
const pattern = z.string().refine(isPattern, { message: 'is not a valid regular expression' })

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'))
  } catch {
    return false
  }
}

/** One key of a server's `config`: how people write it, and how the server gets its value. */
const makeConfigKey = () =>
  z.strictObject({
    /** `path`: of a file or folder, which is mounted read-only into a container. */
    kind: z.enum(['url', 'text', 'number', 'list', 'path', 'credential']),
    description: z.string(),
    /** Other names that people use. */
    aliases: strings.default([]),
    required: z.boolean().default(false),
    /** Environment variable of the server that carries it. */
    env: variable.optional(),
    /** For a credential: environment variable with the path of a file from which the server reads it again and again. */
    fileEnv: variable.optional(),
    /** Argument that carries it, followed by the value; empty: the value alone. */
    arg: z.string().optional(),
    default: z.string().optional(),
    /** Default as a template with {host} and {ID}. */
    derive: z.string().optional(),
    /** Warn when the default is used: it is often wrong. */
    warn: z.boolean().default(false),
    /** The allowed values, in any case. `ignore` is a pattern of what may surround them. */
    values: strings.optional(),
    ignore: pattern.optional(),
    /** A pattern that the whole value must match, and how to say so: "must be …". */
    pattern: z.strictObject({ match: pattern, words: z.string() }).optional(),
    /** For a number: its range, and whether it may have a fraction. */
    range: z
      .strictObject({ min: z.number().optional(), max: z.number().optional(), whole: z.boolean() })
      .optional(),
    /** For a credential: an HTTP header carries it as it is, so that not every character can be sent. */
    header: z.boolean().default(false),
  })

const makeEffectRule = () =>
  z.strictObject({
    tool: line,
    /** Arguments that must have one of these values. */
    with: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)).default({}),
    /** Arguments that must be missing. */
    without: strings.default([]),
    effect: z.enum(['read', 'write', 'destructive']),
  })

const DRY_RUNS = ['alertmanager-silence', 'alertmanager-expiry', 'grafana-silence'] as const

const makeTypeSchema = () =>
  z.strictObject({
    type: z.string().regex(/^[a-z][a-z0-9-]*$/),
    title: line,
    summary: line,
    image: z.union([
      z.strictObject({ pull: z.string() }),
      z.strictObject({ build: z.string() }),
      z.strictObject({ package: z.string(), bin: z.string().optional() }),
    ]),
    transport: z.enum(['streamable-http', 'sse']),
    path: z.string().startsWith('/'),
    ports: z.strictObject({ container: z.number().int(), host: z.number().int() }),
    /** Arguments, with placeholders {address} {port} {hostPort} {service} {path} {allowedHosts} {caFile} {access} {home}. */
    args: z
      .strictObject({
        always: strings.default([]),
        'streamable-http': strings.default([]),
        sse: strings.default([]),
        'read-only': strings.default([]),
        'read-write': strings.default([]),
        ca: strings.default([]),
      })
      .prefault({}),
    /** Environment, with the same placeholders. */
    env: variables.default({}),
    /** Additional environment for a customer with a CA bundle, or with a proxy. */
    caEnv: variables.default({}),
    proxyEnv: variables.default({}),
    /** Environment variable with a JSON object of further headers for the system behind it. */
    headersEnv: variable.optional(),
    /** Environment variable in which it expects its own bearer token. */
    tokenEnv: z.string(),
    config: z.record(z.string(), makeConfigKey()),
    readOnly: z.strictObject({
      /** Whether its readOnlyHint is trusted when we run it ourselves, for a read-only customer. */
      hints: z.boolean(),
      /** Tools that are read-only, no matter what their hints say. */
      tools: strings.default([]),
    }),
    /**
     * What calls with certain arguments do, of tools that are not read-only. The first rule that matches decides, and only for
     * calls whose arguments are all in the tool's own schema.
     */
    effects: z.array(makeEffectRule()).default([]),
    /** Tools whose effect can be shown before a person allows a call, and how. */
    dryRuns: z.record(z.string(), z.enum(DRY_RUNS)).default({}),
    /** Arguments, by tool, in which the system behind it keeps who made a change: the person whose call it is. */
    authors: z.record(z.string(), z.string()).default({}),
    /** How to run it without Docker; without it, it cannot be. */
    local: z
      .union([
        z.strictObject({ program: z.string() }),
        z.strictObject({ command: strings.min(1), install: line }),
      ])
      .optional(),
    limits: z.strictObject({ cpus: z.number(), memory: z.string(), pids: z.number().int() }),
    /** A cheap call that reads from the system behind it. */
    smoke: z.strictObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }).optional(),
    prompt: z.string(),
  })

let typeSchema: ReturnType<typeof makeTypeSchema> | undefined

/** The shape of a built-in type. Made at its first use: that takes as long as loading a whole configuration. */
export function mcpTypeSchema() {
  typeSchema ??= makeTypeSchema()
  return typeSchema
}

/**
 * A file under mcp-types/ beside a configuration: a type of the project itself. It cannot use our own programs, and can
 * replace a built-in type.
 */
export function ownTypeSchema() {
  return mcpTypeSchema().extend({
    overrides: z.boolean().default(false),
    image: z.strictObject({ pull: z.string().min(1) }),
    local: z.strictObject({ command: strings.min(1), install: line }).optional(),
  })
}

export type McpType = z.infer<ReturnType<typeof makeTypeSchema>>
export type ConfigKey = z.infer<ReturnType<typeof makeConfigKey>>
export type EffectRule = McpType['effects'][number]
export type DryRunName = McpType['dryRuns'][string]
