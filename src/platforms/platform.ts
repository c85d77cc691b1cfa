// The interface of all model vendors.

import type { RetryHint } from '../base/http/retry-after.ts'
import type { Cost } from '../base/money.ts'
import type { Dialect } from '../catalog/vendors.ts'

/** Answers turns: a platform, or several behind the coordinator. stream() ends with one `finish` or throws a PlatformFault. */
export interface Platform {
  readonly name: string
  readonly model: string
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

/** One model of one platform, as the coordinator uses it. It sends a request exactly once and never retries. */
export interface VendorPlatform extends Platform {
  readonly dialect: Dialect
  /**
   * Fetches the model list, which is free and needs the key. Returns the names of all models; undefined if the answer is not
   * a list, is empty, or does not end. Throws a PlatformFault.
   */
  probe(signal: AbortSignal): Promise<ModelNames>
}

/** For Azure, names of deployments. */
export type ModelNames = readonly string[] | undefined

/** One turn's input in a neutral form, which every vendor converts to its own API. */
export interface ModelRequest {
  system: string
  messages: Message[]
  tools: ToolSpec[]
  /** `none`: the tools are listed only because the history mentions them. Default: the model decides. */
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
      /** Tools that this call of find_tools found; they are offered from now on. */
      found?: readonly string[]
    }

/**
 * Opaque data that a platform wants back with the next turn (encrypted reasoning). It belongs to the account and model
 * that created it; other platforms ignore it.
 */
export interface Carry {
  owner: string
  items: readonly unknown[]
}

export interface ModelCall {
  id: string
  name: string
  /** Parsed JSON; undefined when the model wrote something other than a JSON object. */
  args: Record<string, unknown> | undefined
  /** As written by the model. */
  rawArgs: string
}

export interface ToolSpec {
  name: string
  description: string
  inputSchema: Record<string, unknown>
}

export type ModelEvent =
  | { type: 'text'; text: string }
  /** The model is still working. */
  | { type: 'thinking' }
  | Retracted
  /** Run calls only after `finish`: if the stream breaks, another platform answers, and the call would run twice. */
  | { type: 'call'; call: ModelCall }
  | Finish
  | Rerouted
  | LeftOut
  | Notice

/** What the turn has said so far was the model's reasoning, not its answer: discard it. */
export interface Retracted {
  type: 'retracted'
}

export interface Finish {
  type: 'finish'
  reason: 'stop' | 'calls' | 'length' | 'filtered'
  usage: Usage | undefined
  carry?: Carry | undefined
  /** The model named in the response, which is the one that is billed. */
  model?: string | undefined
  /** Set by the coordinator: which platform answered. */
  served?: Served | undefined
}

export interface Served {
  platform: string
  model: string
  /** US dollars of this turn; undefined if the price or the usage is unknown. */
  costUsd: number | undefined
  /** Context window of the model in tokens; undefined = unknown. */
  window?: number | undefined
  /** Why this platform and model were chosen: `simple -> cheap tier`. */
  rule: string
}

/**
 * From the coordinator: a platform failed, and another one answers the turn from the start, or the same one after a wait.
 * Discard the events so far.
 */
export interface Rerouted {
  type: 'rerouted'
  from: string
  to: string
  kind: PlatformFaultKind
  reason: string
  /** Text had already been shown. */
  discarded: boolean
  /** Milliseconds from the start of the failed request until the failure arrived. */
  detectMs: number
  /** Milliseconds from then until the next request left; undefined if it was still connecting, or waits first. */
  switchMs: number | undefined
  /** Milliseconds that the next request waits, and starts after this event; undefined = it is already sent. */
  waitMs?: number | undefined
  /** US dollars spent on the failed turn; undefined = unknown. */
  wastedUsd: number | undefined
}

/** From the coordinator, once per platform and toolset: tools that are not offered to this platform. */
export interface LeftOut {
  type: 'left-out'
  platform: string
  /** Tools that its dialect cannot express, or that it rejected. */
  tools: readonly { name: string; reason: string }[]
  /** The platform accepts fewer tools than there are; the model can look up the others with find_tools. */
  narrowed: { offered: number; of: number } | undefined
}

/** From the coordinator: something that the person should know about this question, in one line. */
export interface Notice {
  type: 'notice'
  text: string
}

/** Token counts in one convention for all vendors. */
export interface Usage {
  /** The whole input, including tokens read from or written to a cache. */
  inputTokens: number
  /** Including thinking. */
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
}

/** Tokens as far as they were counted, and what they cost. */
export interface Spent {
  usage: Usage | undefined
  cost: Cost
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
  /** The request itself is wrong, by the words of the error: its schemas, ids, roles. */
  | 'bad_request'
  /** This server or model cannot do it, by the words of the error: call tools, take an argument, serve this plan. */
  | 'unsupported'
  /** A 4xx that says neither. */
  | 'rejected'
  | 'context_overflow'
  | 'content_filter'
  | 'not_found'
  | 'aborted' // by the caller

export interface FaultDetail {
  cause?: unknown
  /** What to do about it, beginning with a verb, if the failure shows that. The message contains it, after a colon. */
  remedy?: string | undefined
  retry?: RetryHint | undefined
  /** Tokens that the failed turn has used. */
  usage?: Usage | undefined
  /** The tokens were counted before the turn broke off, so it has used more. */
  isUsagePartial?: boolean | undefined
}

export class PlatformFault extends Error {
  readonly kind: PlatformFaultKind
  readonly platform: string
  readonly remedy: string | undefined
  readonly retry: RetryHint | undefined
  readonly usage: Usage | undefined
  readonly isUsagePartial: boolean
  constructor(platform: string, kind: PlatformFaultKind, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'PlatformFault'
    this.kind = kind
    this.platform = platform
    this.remedy = detail.remedy
    this.retry = detail.retry
    this.usage = detail.usage
    this.isUsagePartial = detail.isUsagePartial ?? false
  }
}
