// The one model that everything else reads. Plain data: printable, comparable, without a single secret value.

/** Identity of whatever belongs to one server of one customer. Compare with keyText(). */
export interface ServerKey {
  customer: string
  server: string
}

export type TransportKind = 'streamable-http' | 'sse'

export interface Project {
  /** Slug that names the stack: containers, labels, state folder. */
  name: string
  /** Absolute path of the configuration file. */
  file: string
  runtime: 'auto' | 'docker' | 'local'
  /** IPv4 CIDR out of which each customer's network leases a /28. */
  networkPool: string
  /** Id of the customer that `chat` opens unasked. */
  defaultCustomer: string | undefined
  customers: Customer[]
  start: StartSettings
  /** How our own images are built. */
  build: { base: string; namePrefix: string }
  platforms: PlatformSettings[]
  routing: RoutingSettings
  /** Read and checked, used by nothing yet. */
  kept: { maxWarmContainers: number | undefined; idleTimeoutSeconds: number | undefined }
}

/** supportmax's own start probe; milliseconds. */
export interface StartSettings {
  /** One probe's deadline. */
  probeMs: number
  /** Pause between two probes of a server that is starting. */
  intervalMs: number
  /** How long `up` waits for one server to be ready. */
  upMs: number
}

export type PlatformKind =
  | 'openai'
  | 'anthropic'
  | 'azure_openai'
  | 'google_vertex'
  | 'google_gemini'
  | 'demo'

export interface PlatformSettings {
  /** The key under `platforms`. */
  name: string
  /** `openai` is also every server of its dialect, by its base_url. */
  kind: PlatformKind
  /** It stands in the file. No customer's data goes to a further vendor that nobody wrote down. */
  written: boolean
  enabled: boolean
  /** The first is taken unless a rule says otherwise. Of Azure: the name of the deployment. */
  models: string[]
  /** Name of the credential, never its value. */
  apiKeyName: string | undefined
  baseUrl: string | undefined
  /** Of OpenAI's two APIs; undefined = responses at OpenAI itself, else completions. */
  dialect: 'responses' | 'completions' | undefined
  azure: { endpoint: string; apiVersion: string; baseModel: string | undefined } | undefined
  vertex: { projectId: string; location: string; credentialsFile: string | undefined } | undefined
  /** US dollars per million tokens, by model; where the list of prices is wrong or silent. */
  prices: Record<string, Prices>
  /** Tokens that fit into its models, where they are not known. */
  contextWindow: number | undefined
  /** Most tools in one request; undefined = as its dialect has it. */
  mostTools: number | undefined
}

/** US dollars per million tokens. */
export interface Prices {
  input: number
  output: number
  cacheRead: number | undefined
  cacheWrite: number | undefined
}

export type Strategy = 'cost_optimized' | 'latency' | 'capability'
export type Tier = 'cheap' | 'standard' | 'premium'

/** How the coordinator picks. A route is `platform` or `platform/model`. */
export interface RoutingSettings {
  /** undefined = in the order of the file. */
  strategy: Strategy | undefined
  fallback: boolean
  healthCheckMs: number
  /** Routes, best first; those left out follow in the order of the file. */
  order: string[]
  /** Routes of each tier; empty = questions are not told apart by complexity. */
  tiers: Record<Tier, string[]>
  /** Route that savings are counted against. */
  baseline: string | undefined
  /** Route that judges a cross-check; else one that has not answered, or the first. */
  judge: string | undefined
  /** A refusal of the content filter goes once to another platform. */
  retryRefusals: boolean
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
  servers: Server[]
}

export interface Server {
  customer: string
  name: string
  type: string
  /** Service name on the compose network, for example mcp-grafana-vattenfall. */
  service: string
  /** false = external: connected to, never started. */
  managed: boolean
  /** Where an external server answers; for a managed one its address on the compose network. */
  url: string
  transport: TransportKind
  path: string
  containerPort: number
  /** Explicit host port, else leased. */
  hostPort: number | undefined
  /** Leases begin here. */
  hostPortBase: number
  image: ImageSource
  /** Program arguments; templates are filled by launch(). */
  args: Text[]
  env: EnvEntry[]
  /** Environment variable in which the server expects its own bearer token. */
  tokenEnv: string | undefined
  /** Name of the variable that carries that token into the compose file. */
  tokenName: string
  /** For an external server: name of the credential to send as a bearer token. */
  externalTokenName: string | undefined
  local: LocalProgram | undefined
  healthcheck: string[] | undefined
  limits: { cpus: number; memory: string; pids: number }
  extraHosts: string[]
  /** Absolute path of a CA bundle to trust, mounted read-only. */
  caFile: string | undefined
  readOnly: ReadOnlyTrust
  access: Access
  smoke: SmokeCall
  /** One paragraph for the model about this type of server. */
  prompt: string
}

export type ImageSource = { kind: 'pull'; ref: string } | { kind: 'build'; program: string }

export type LocalProgram =
  | { kind: 'own'; program: string }
  | { kind: 'command'; command: string[]; install: string }

/** Text as it stands, or the catalogue's text with {placeholders}. A person's words are never a template. */
export type Text = string | { template: string }

/** One variable of the server's environment: text, or the name of a credential. */
export type EnvEntry = { name: string; value: Text } | { name: string; credential: string; required: boolean }

export interface ReadOnlyTrust {
  /** true: a readOnlyHint of this server is believed (our own servers; Grafana with writes off). */
  hints: boolean
  /** Tools that are read-only whatever they say: the catalogue's list and the config's read_only_tools. */
  tools: string[]
}

/** A cheap read through the whole line to the system behind. */
export interface SmokeCall {
  tool: string
  arguments: Record<string, unknown>
}

/** `customer/server`, for maps and messages. Neither part can hold a slash. */
export function keyText(key: ServerKey): string {
  return `${key.customer}/${key.server}`
}

export function keyOf(server: Server): ServerKey {
  return { customer: server.customer, server: server.name }
}

/** `Vattenfall DE (vattenfall)`, with PROD marked: how every face names a customer. */
export function customerTitle(customer: Pick<Customer, 'id' | 'name' | 'environment'>): string {
  const prod = isProduction(customer) ? ' PROD' : ''
  return `${customer.name} (${customer.id})${prod}`
}

export function isProduction(customer: Pick<Customer, 'environment'>): boolean {
  return /^(prod|production|live)$/i.test(customer.environment ?? '')
}
