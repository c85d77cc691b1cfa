// The seam behind which model vendors live.

import type { Dialect } from '../catalog/vendors.ts'

/** What answers: one platform, or the coordinator over several. stream() ends with exactly one `finish`, or throws a PlatformFault. */
export interface Platform {
  readonly name: string
  readonly model: string
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

/** One model of one vendor's platform, as the coordinator uses it: a request goes out once, whatever comes of it. */
export interface VendorPlatform extends Platform {
  readonly dialect: Dialect
  /** A listing call that costs nothing and needs the key. Throws a PlatformFault. */
  probe(signal: AbortSignal): Promise<void>
}

/** One turn's input, in words that every vendor's dialect can be made from. */
export interface ModelRequest {
  system: string
  messages: Message[]
  tools: ToolSpec[]
  /** `none`: the tools stand there for the history's sake, none may be called. Default: the model decides. */
  toolChoice?: 'none' | undefined
}

export type Message =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; calls: ModelCall[]; carry?: Carry | undefined }
  | {
      role: 'tool'
      callId: string
      name: string
      text: string
      isError: boolean
      /** Names of tools that this call (of find_tools) brought in: offered from now on. */
      found?: readonly string[]
    }

/**
 * What a platform wants back unread with the next turn (encrypted reasoning). It belongs to the account and model
 * that made it: whoever is not its owner leaves it out.
 */
export interface Carry {
  owner: string
  items: readonly unknown[]
}

export interface ModelCall {
  id: string
  name: string
  /** Parsed JSON; undefined where the model wrote something that is no JSON object. */
  args: Record<string, unknown> | undefined
  /** As the model wrote it. */
  rawArgs: string
}

export interface ToolSpec {
  name: string
  description: string
  inputSchema: Record<string, unknown>
}

export type ModelEvent =
  | { type: 'text'; text: string }
  /** A sign of life. */
  | { type: 'thinking' }
  /** Run calls only after `finish`: a stream that breaks after a complete call must not leave it run. */
  | { type: 'call'; call: ModelCall }
  | Finish
  | Rerouted
  | LeftOut

export interface Finish {
  type: 'finish'
  reason: 'stop' | 'calls' | 'length' | 'filtered'
  usage: Usage | undefined
  carry?: Carry | undefined
  /** The model as the response names it: what is billed. */
  model?: string | undefined
  /** Who answered, where a coordinator stands between. */
  served?: Served | undefined
}

export interface Served {
  platform: string
  model: string
  /** US dollars of this turn; undefined where the price or the usage is unknown. */
  costUsd: number | undefined
  /** Why this platform and model: `simple -> cheap tier`, `in the order of the file`. */
  rule: string
}

/** Said by the coordinator: a platform failed, another one answers the same turn anew. Text and calls so far are void. */
export interface Rerouted {
  type: 'rerouted'
  from: string
  to: string
  kind: PlatformFaultKind
  reason: string
  /** Text had come already. */
  discarded: boolean
  /** Milliseconds from the failed request's start to the moment when the failure was seen. */
  detectMs: number
  /** Milliseconds from there to the next platform's request. */
  switchMs: number
  /** US dollars of the broken turn; undefined = unknown. */
  wastedUsd: number | undefined
}

/** Said by the coordinator, once a platform and toolset: tools that this platform is not offered. */
export interface LeftOut {
  type: 'left-out'
  platform: string
  /** Cannot be said in its dialect, or refused by it. */
  tools: readonly { name: string; reason: string }[]
  /** The platform takes fewer than there are: the others are behind find_tools. */
  narrowed: { offered: number; of: number } | undefined
}

/** Tokens on one convention, whatever the vendor's. */
export interface Usage {
  /** The whole input, with what was read from and written to a cache. */
  inputTokens: number
  /** With thinking. */
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
}

export type PlatformFaultKind =
  | 'auth'
  | 'quota'
  | 'rate_limit'
  | 'overloaded'
  | 'server'
  | 'network'
  | 'timeout'
  | 'truncated'
  | 'bad_request'
  | 'context_overflow'
  | 'content_filter'
  | 'not_found'
  | 'aborted' // by whoever asked

/** When the vendor says that it may be asked again. */
export type RetryHint = { afterMs: number } | { at: number }

export interface FaultDetail {
  cause?: unknown
  retry?: RetryHint | undefined
  /** What the broken turn is known to have cost. */
  usage?: Usage | undefined
}

export class PlatformFault extends Error {
  readonly kind: PlatformFaultKind
  readonly platform: string
  readonly retry: RetryHint | undefined
  readonly usage: Usage | undefined
  constructor(platform: string, kind: PlatformFaultKind, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'PlatformFault'
    this.kind = kind
    this.platform = platform
    this.retry = detail.retry
    this.usage = detail.usage
  }
}
