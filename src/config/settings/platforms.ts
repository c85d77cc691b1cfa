// The part of the model that is about model platforms.

import type { VendorName } from '../../catalog/vendors.ts'

export interface PlatformSettings {
  /** The key under `platforms`. */
  name: string
  /** `openai` includes every OpenAI-compatible server (with a baseUrl). */
  kind: VendorName
  /** Whether the file names it. Customer data never goes to a vendor that the file does not name. */
  written: boolean
  enabled: boolean
  /** Best first. For Azure, names of deployments. */
  models: string[]
  /** Name of the credential with the key or, for Entra ID, with the client secret; never its value. */
  apiKeyName: string | undefined
  baseUrl: string | undefined
  /** Which OpenAI API; undefined = responses at OpenAI itself, completions elsewhere. */
  dialect: 'responses' | 'completions' | undefined
  azure: AzureSettings | undefined
  vertex: VertexSettings | undefined
  /** By model; overrides the price list. */
  prices: Record<string, Prices>
  /** In tokens; overrides what the price list says. */
  contextWindow: number | undefined
  /** Further headers of each request. Values may name credentials as ${NAME}. */
  headers: Record<string, string>
  network: PlatformNetwork
  /** Milliseconds; undefined = the default. */
  timeouts: { first?: number | undefined; idle?: number | undefined; turn?: number | undefined }
  /** Of each answer; undefined = what the vendor does by default. */
  output: OutputSettings
  /** Most tools in one request; undefined = the limit of its dialect. */
  mostTools: number | undefined
}

export interface VertexSettings {
  projectId: string
  location: string
  credentialsFile: string | undefined
  /** What a person must allow first: what the sign-in reads or runs, and where its token goes. Holds no secret. */
  toAllow?: string | undefined
}

export interface AzureSettings {
  endpoint: string
  apiVersion: string
  baseModel: string | undefined
  /** How to sign in to Entra ID; undefined = with a key, or with a command. */
  entra?: EntraSettings | undefined
  /** A program and its arguments, which prints an access token. */
  tokenCommand?: string[] | undefined
}

/** Client credentials: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
export interface EntraSettings {
  tenant: string
  clientId: string
  /** Name of the credential with the client secret. */
  secretName: string
  /** https://login.microsoftonline.com, or that of a national cloud. */
  authority: string
  scope: string
}

/** How to get to a vendor. The environment's variables count for what is undefined. */
export interface PlatformNetwork {
  /** Absolute path of a CA bundle to trust, too. */
  caFile?: string | undefined
  /** Absolute paths of a client certificate and its key. */
  clientCertificate?: { certFile: string; keyFile: string } | undefined
  /** URL, which may name credentials as ${NAME}. */
  proxy?: string | undefined
  /** The hosts that are reached without a proxy. */
  noProxy?: string[] | undefined
}

/** From the APIs of OpenAI, Anthropic and Google; each model accepts some of them. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

export interface OutputSettings {
  /** With thinking. */
  mostTokens?: number | undefined
  effort?: Effort | undefined
}

/** US dollars per million tokens. */
export interface Prices {
  input: number
  output: number
  cacheRead: number | undefined
  cacheWrite: number | undefined
}

/** `order`: by the order alone, which is also what happens without a strategy. */
export type Strategy = 'order' | 'cost_optimized' | 'latency' | 'capability'
export type Tier = 'cheap' | 'standard' | 'premium'

/** How the coordinator picks a platform. A route is `platform` or `platform/model`. */
export interface RoutingSettings {
  /** undefined = in file order. */
  strategy: Strategy | undefined
  fallback: boolean
  /** The longest wait, in milliseconds, before a platform that failed is asked again; 0 = it is not. */
  retryWaitMs: number
  healthCheckMs: number
  /** Routes, best first; the others follow in file order. */
  order: string[]
  /** Routes of each tier; empty = complexity is not considered. */
  tiers: Record<Tier, string[]>
  /** Route that savings are measured against. */
  baseline: string | undefined
  /** Route that judges a cross-check; undefined = one that has not answered, or the first. */
  judge: string | undefined
  /** Ask another platform once when a content filter refuses. */
  retryRefusals: boolean
}

/** What a customer overrides of it. */
export type CustomerRouting = Partial<Pick<RoutingSettings, 'strategy' | 'order' | 'tiers'>>

/** Most US dollars for model platforms; undefined = no limit. Days and months are those of this machine's time zone. */
export interface SpendingLimits {
  questionUsd: number | undefined
  dayUsd: number | undefined
  monthUsd: number | undefined
}
