// The model that everything else reads. Plain data: printable, comparable, and without any secret value.

import type { BaseImages } from '../packages/image.ts'
import type { PackageSource } from '../packages/spec.ts'
import type {
  CustomerRouting,
  PlatformSettings,
  RoutingSettings,
  SpendingLimits,
} from './settings/platforms.ts'
import type { ToolChoice } from './settings/tool-patterns.ts'

export type * from './settings/platforms.ts'

/** Identity of everything that belongs to one server of one customer. Compare with keyText(). */
export interface ServerKey {
  customer: string
  server: string
}

/** `auto`: streamable HTTP, or HTTP+SSE at the same address where that is refused. Only for external servers. */
export type TransportKind = 'streamable-http' | 'sse' | 'auto'

export interface Project {
  /** Slug that names the stack: containers, labels, state folder. */
  name: string
  /** Absolute path of the configuration file. */
  file: string
  runtime: 'auto' | 'docker' | 'local'
  /** IPv4 CIDR block from which each customer's network leases a /28. */
  networkPool: string
  /** Id of the customer that `chat` opens by default. */
  defaultCustomer: string | undefined
  customers: Customer[]
  start: StartSettings
  /** How images are built: our own, and those of packages. */
  build: BaseImages
  platforms: PlatformSettings[]
  routing: RoutingSettings
  /** For all customers together. */
  spending: SpendingLimits
  /** Accepted, but not used yet. */
  kept: { maxWarmContainers: number | undefined; idleTimeoutSeconds: number | undefined }
}

/** How `up` probes and waits; milliseconds. */
interface StartSettings {
  /** Timeout of one probe. */
  probeMs: number
  /** Pause between two probes of a server that is starting. */
  intervalMs: number
  /** How long `up` waits for one server to be ready. */
  upMs: number
}

export type Access = 'read-only' | 'read-write'

export interface Customer {
  /** `[a-z0-9][a-z0-9-]*`, unique in the project, part of every identity. */
  id: string
  name: string
  description: string | undefined
  host: string | undefined
  environment: string | undefined
  access: Access
  /** Names of the platforms that may see this customer's data; undefined = all. */
  platformsAllowed: string[] | undefined
  /** Overrides the project's, key by key. */
  routing: CustomerRouting
  spending: SpendingLimits
  /** Those of its limits that come from `defaults`. */
  inheritedSpending: (keyof SpendingLimits)[]
  servers: Server[]
}

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
  /** For an external server: name of the credential to send as a bearer token. */
  externalTokenName: string | undefined
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
  /** URL, which may name credentials as ${NAME}, and the hosts that are reached without it. */
  proxy: { url: string; except: string[] } | undefined
  /** Milliseconds; undefined = the default. */
  timeouts: { connect: number | undefined; call: number | undefined; idle: number | undefined }
  readOnly: ReadOnlyTrust
  toolChoice: ToolChoice
  access: Access
  /** Undefined for a server of which nothing is known. */
  smoke: SmokeCall | undefined
  /** One paragraph for the model about this type of server. */
  prompt: string
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

/** One variable of the server's environment: text, or the name of a credential, which may go into a header. */
export type EnvEntry =
  | { name: string; value: MaybeTemplate }
  | { name: string; credential: string; required: boolean; header?: true }

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

/** Whether supportmax starts it as a process of this machine, whatever runs the others. */
export function isAlwaysLocal({ managed, local }: Pick<Server, 'managed' | 'local'>): boolean {
  return managed && (local?.kind === 'bridge' || local?.kind === 'held')
}

/** Whether it is a container that a process of this machine holds. */
export function isHeld({ managed, local }: Pick<Server, 'managed' | 'local'>): boolean {
  return managed && local?.kind === 'held'
}

/** Whether the compose file has a service for it. */
export function hasService(server: Pick<Server, 'managed' | 'local'>): boolean {
  return isContained(server) || isHeld(server)
}

/** Whether supportmax starts it, in a container where there are some. */
export function isContained(server: Pick<Server, 'managed' | 'local'>): boolean {
  return server.managed && !isAlwaysLocal(server)
}

/** The package that a server is installed from. */
export function packageOf({ managed, image }: Pick<Server, 'managed' | 'image'>): PackageSource | undefined {
  return managed && image.kind === 'package' ? image.package : undefined
}

/** Whether a person has to allow first what it executes, because the project says what that is. */
export function needsConsent({
  managed,
  origin,
  image,
}: Pick<Server, 'managed' | 'origin' | 'image'>): boolean {
  if (!managed || origin !== 'catalog') return managed
  return image.kind === 'pull'
    ? image.overrides !== undefined && image.overrides !== 'release'
    : image.from !== undefined
}

/** `customer/server`, for maps and messages. Neither part can contain a slash. */
export function keyText(key: ServerKey): string {
  return `${key.customer}/${key.server}`
}

export function keyOf(server: Server): ServerKey {
  return { customer: server.customer, server: server.name }
}

/** A customer's name on every screen: `Vattenfall DE (vattenfall) PROD`. */
export function customerTitle(customer: Pick<Customer, 'id' | 'name' | 'environment'>): string {
  const prod = isProduction(customer) ? ' PROD' : ''
  return `${customer.name} (${customer.id})${prod}`
}

export function isProduction(customer: Pick<Customer, 'environment'>): boolean {
  return /^(prod|production|live)$/i.test(customer.environment ?? '')
}
