// One server of one customer, as everything else reads it. Names of credentials, never their values.

import type { DryRunName, EffectRule } from '../../catalog/type.ts'
import type { PackageSource } from '../../packages/spec.ts'
import type { ToolChoice } from './tool-patterns.ts'

/** The revision of the newer era. */
export const MODERN_PROTOCOL = '2026-07-28'

/** Revisions of MCP, oldest first: https://modelcontextprotocol.io/specification/versioning */
export const PROTOCOL_VERSIONS = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  MODERN_PROTOCOL,
] as const

export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number]

/** `auto`: streamable HTTP, or HTTP+SSE at the same address where that is refused. Only for external servers. */
export type TransportKind = 'streamable-http' | 'sse' | 'auto'

export type Access = 'read-only' | 'read-write'

export interface Server {
  customer: string
  name: string
  type: string
  /** Where the facts about it come from; `entry`: only from its entry in the file. */
  origin: 'catalog' | 'project' | 'entry'
  /** The system behind it, by its name for people: the title of its type. */
  system: string
  /** Service name on the compose network, for example mcp-grafana-vattenfall. */
  service: string
  /** false = external: supportmax connects to it but never starts it. */
  managed: boolean
  /** Address of an external server, which may name credentials as ${NAME}; of a managed one, on the compose network. */
  url: string
  /** Headers of every request to an external server. Values may name credentials as ${NAME}. */
  headers: Record<string, string>
  transport: TransportKind
  /** The newest revision of MCP that it is asked for. Undefined: the newest that both sides know. */
  newestProtocol: ProtocolVersion | undefined
  path: string
  containerPort: number
  /** Configured host port; undefined = leased. */
  hostPort: number | undefined
  /** Leases start here. */
  hostPortBase: number
  image: ImageSource
  /** Program arguments; templates are filled by launch(). */
  args: MaybeTemplate[]
  env: EnvEntry[]
  /** Environment variable in which the server expects its own bearer token. */
  tokenEnv: string | undefined
  /** Name of the variable that carries that token into the compose file. */
  tokenName: string
  /** How to authenticate to an external server; undefined for a managed one, and if the URL or the headers do it. */
  auth: ServerAuth | undefined
  local: LocalProgram | undefined
  limits: { cpus: number; memory: string; pids: number }
  extraHosts: string[]
  /** Mounted read-only into its container. */
  volumes: Volume[]
  /** Addresses in its settings that mean this machine, which a container cannot reach; empty for an external server. */
  loopback: LoopbackAddress[]
  /** Absolute path of a CA bundle to trust, mounted read-only. */
  caFile: string | undefined
  /** Absolute paths of a client certificate and its key, for an external server. */
  clientCertificate: { certFile: string; keyFile: string } | undefined
  /**
   * URL, which may name credentials as ${NAME}, and the hosts that are reached without it. `isDefault`: it is the one of all
   * customers.
   */
  proxy: { url: string; except: string[]; isDefault?: true } | undefined
  /** Milliseconds; undefined = the default. */
  timeouts: { connect: number | undefined; call: number | undefined; idle: number | undefined }
  readOnly: ReadOnlyTrust
  /** What calls with certain arguments do; empty if what its type says of that is not trusted. */
  effects: readonly EffectRule[]
  /** How to show what calls of a tool would do, by tool. */
  dryRuns: Readonly<Record<string, DryRunName>>
  /** The argument of a tool that says whose change it is, by tool. */
  authors: Readonly<Record<string, string>>
  toolChoice: ToolChoice
  /** What happens to a definition that differs from mcp-lock.json: it is withheld, or only reported. */
  pins: 'enforce' | 'warn'
  access: Access
  /** Undefined for a server of which nothing is known. */
  smoke: SmokeCall | undefined
  /** One paragraph for the model about this type of server. */
  prompt: string
}

/** How to sign in to an external server. Names of credentials end in `Name`; paths are absolute. */
export type ServerAuth =
  | { kind: 'bearer'; tokenName: string }
  | { kind: 'basic'; userName: string; passwordName: string }
  | {
      kind: 'client-credentials'
      clientIdName: string
      proof: { secretName: string } | { keyFile: string; alg: string }
      /** The authorization server at which the client is registered; undefined: the first one that the server names. */
      issuer: string | undefined
      scopes: string[]
    }
  /** A person signs in. Without a `clientId`, a client is registered. */
  | {
      kind: 'sign-in'
      clientId: string | undefined
      clientSecretName: string | undefined
      clientMetadataUrl: string | undefined
      scopes: string[]
    }

/** Absolute paths of a folder or file of this machine, and where a container sees it. */
export interface Volume {
  source: string
  target: string
}

/** An address in the configuration, its place, and what is wrong with it under Docker. */
export interface LoopbackAddress {
  file: string
  line: number | undefined
  column: number | undefined
  path: string
  message: string
  hint: string | undefined
}

/**
 * `overrides`: the configuration names it in place of the type's own image: another release of that one; one with the same
 * name in another registry, which is meant to be a copy; or an image of another name, which can be any program. `from`: the
 * images that the configuration names to build it from, in place of the default ones.
 */
export type ImageSource =
  | { kind: 'pull'; ref: string; overrides?: 'release' | 'mirror' | 'program' }
  | { kind: 'build'; program: string; from?: string[] }
  | { kind: 'package'; package: PackageSource; from?: string[] }

export type LocalProgram =
  | { kind: 'own'; program: string }
  | { kind: 'command'; command: string[]; install: string }
  /** Any stdio server, behind the bridge. `cwd`: undefined = a folder of its own. */
  | { kind: 'bridge'; command: string; cwd: string | undefined }
  /** The program of an installed package, behind the bridge. */
  | { kind: 'package'; package: PackageSource }
  /** A stdio server in a container, held by a bridge on this machine through its stdin and stdout. */
  | { kind: 'held' }

/**
 * Text that may name credentials as ${NAME}, or text of the catalogue with {placeholders}. A user's text is never a
 * template.
 */
export type MaybeTemplate = string | { template: string }

/**
 * One variable of the server's environment: text, or the name of a credential, which may go into a header. `file`: absolute
 * path of the file with its value, which the server reads itself; the variable has the path.
 */
export type EnvEntry =
  | { name: string; value: MaybeTemplate }
  | { name: string; credential: string; required: boolean; header?: true; file?: string }

export interface ReadOnlyTrust {
  /** Whether this server's readOnlyHint is trusted (our own servers; Grafana with writes off; trust_hints). */
  hints: boolean
  /** Tools to treat as read-only, no matter what the server declares: the catalogue's list and read_only_tools. */
  tools: string[]
  /** Patterns of read_only_tools. They cover only tools that a person has accepted. */
  patterns: string[]
}

/** A cheap call that reads from the system behind the server. */
export interface SmokeCall {
  tool: string
  arguments: Record<string, unknown>
}
