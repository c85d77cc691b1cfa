// The model that everything else reads. Plain data: printable, comparable, and without any secret value.

import type { BaseImages } from '../packages/image.ts'
import type { PackageSource } from '../packages/spec.ts'
import type { IdentitySettings } from './settings/identity.ts'
import type {
  CustomerRouting,
  PlatformSettings,
  RoutingSettings,
  SpendingLimits,
} from './settings/platforms.ts'
import type { PolicyRule } from './settings/policy.ts'
import type { SecretSettings } from './settings/secret-places.ts'
import type { Access, Server } from './settings/server.ts'

export type * from './settings/platforms.ts'
export type * from './settings/policy.ts'
export type { SecretPlace, SecretSettings, VaultSettings } from './settings/secret-places.ts'
export type * from './settings/server.ts'
export { MODERN_PROTOCOL, PROTOCOL_VERSIONS } from './settings/server.ts'

/** Identity of everything that belongs to one server of one customer. Compare with keyText(). */
export interface ServerKey {
  customer: string
  server: string
}

/** Of conversations, where the configuration names no time. */
export const KEEP_DAYS = 30

export interface Project {
  /** Slug that names the stack: containers, labels, state folder. */
  name: string
  /** Absolute path of the configuration file. */
  file: string
  runtime: 'auto' | 'docker' | 'local'
  /** IPv4 CIDR block from which each customer's network leases a /28. */
  networkPool: string
  /** Name of the credential with the key that encrypts sign-ins on disk; undefined: they are not encrypted. */
  encryptionKeyName: string | undefined
  /** Id of the customer that `chat` opens by default. */
  defaultCustomer: string | undefined
  customers: Customer[]
  start: StartSettings
  /** Where values of credentials come from, apart from the environment and the credentials file. */
  secrets: SecretSettings
  /** How images are built: our own, and those of packages. */
  build: BaseImages
  platforms: PlatformSettings[]
  routing: RoutingSettings
  /** For all customers together. */
  spending: SpendingLimits
  /** Undefined: reads are allowed, and writes need approval. */
  policy: PolicyRule[] | undefined
  /** Whose access tokens open the doors, besides our own tokens. */
  identity: IdentitySettings | undefined
  /** Of calls: whether the values of arguments are recorded. */
  audit: { arguments: boolean }
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
  /** For how many days conversations are kept; 0: not at all. */
  keepDays: number
  spending: SpendingLimits
  /** Those of its limits that come from `defaults`. */
  inheritedSpending: (keyof SpendingLimits)[]
  /** Whether other MCP clients see tools by the names that their only server gives them. */
  plainNames: boolean
  servers: Server[]
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
