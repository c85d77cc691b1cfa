// One live connection to one server, over any protocol era and transport.

import type { ServerKey, TransportKind } from '../config/project.ts'

export interface Connection extends ServerKey {
  readonly transport: TransportKind
  readonly era: 'modern' | 'legacy'
  /** Whether the server answers without our token, which it therefore does not get. */
  readonly isOpen: boolean
  readonly about: ServerAbout
  /** All pages, checked tool by tool; a malformed tool is quarantined and never fails the listing. */
  listTools(signal?: AbortSignal): Promise<ToolListing>
  /** Rejects with a Fault only if there is no result; isError is part of a result. */
  call(tool: string, args: Record<string, unknown>, options: RequestOptions): Promise<CallResult>
  /** What the server lists besides tools. */
  listOffers(signal?: AbortSignal): Promise<ServerOffers>
  /** Like call(); reading a resource changes nothing. */
  readResource(uri: string, signal?: AbortSignal): Promise<CallResult>
  /** Any other request of MCP; its result as it came. Rejects with a Fault. */
  request(method: string, params: object, options: RequestOptions): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** What a server says of itself. */
export interface ServerAbout {
  name: string
  version: string
  instructions: string | undefined
  capabilities: Record<string, unknown>
}

export interface CallOptions {
  signal?: AbortSignal | undefined
  /** Milliseconds, from the start or from the last progress that the server reported. Default: the endpoint's. */
  deadline?: number | undefined
  /** Our policy trusts that the tool changes nothing: call it once more after a lost session, connection or redirect. */
  repeatable?: boolean | undefined
  /** Shared by all attempts at one request. */
  losses?: Losses | undefined
}

/** How often a request was sent without an answer, so that nobody knows whether it ran. */
export interface Losses {
  count: number
}

export interface RequestOptions extends CallOptions {
  /** Called with each progress that the server reports. */
  onProgress?: ((progress: object) => void) | undefined
  /** Gets for how long a person was answering the server meanwhile, in milliseconds; once for each attempt. */
  onWaited?: ((ms: number) => void) | undefined
}

/** An answer of JSON-RPC. */
export type RawAnswer =
  | { result: Record<string, unknown> }
  | { error: { code: number; message: string; data?: unknown } }

/** Where a server's own messages go. Without it, a connection is only used for our requests. */
export interface ServerListener {
  /** What the client behind us can do for the server: elicitation, sampling, roots. Empty for a shared connection. */
  capabilities: Record<string, object>
  /** Whether the older era is tried first: only there do servers ask by themselves (default: no). */
  isOlder?: boolean
  /** The server answered another time: requests wait for it, as if it restarted (default: only after it has answered). */
  isExpected?: boolean
  /** A request of the server to that client. What is thrown is the answer. */
  onRequest(method: string, params: Record<string, unknown>, signal: AbortSignal): Promise<object>
  /** Without it, changes of lists are not followed. */
  onNotice?(method: string, params: Record<string, unknown>): void
  /** A connection was opened, perhaps in place of a lost one: lists may have changed meanwhile. */
  onOpened?(): void
  /** The stream of the server's messages has ended, perhaps because the server did. */
  onLost?(): void
}

/** What a server asks the person for whom it works: `params` of its `elicitation/create`. */
export interface ServerQuestion extends ServerKey {
  params: Record<string, unknown>
  /** The server does not wait for the answer any more. */
  signal: AbortSignal
}

export interface ServerAnswer {
  action: 'accept' | 'decline' | 'cancel'
  content?: Record<string, unknown>
}

export type AnswerServer = (asked: ServerQuestion) => Promise<ServerAnswer>

export interface ToolListing {
  tools: Tool[]
  quarantined: { name: string; reason: string }[]
  /** The server says that it has resources. */
  hasResources: boolean
}

/** Texts are empty where the server says nothing. */
export interface ServerOffers {
  resources: { uri: string; name: string; description: string; mimeType: string }[]
  templates: {
    uriTemplate: string
    name: string
    description: string
    mimeType: string
    /** All of it, as the server lists it. */
    definition: Record<string, unknown>
  }[]
  prompts: {
    name: string
    description: string
    arguments: { name: string; required: boolean }[]
    definition: Record<string, unknown>
  }[]
  /** Entries that were left out because they are malformed. */
  malformed: number
  /** Lists that failed, and why. */
  failed: { what: string; reason: string }[]
}

export interface Tool {
  name: string
  description: string
  /** JSON Schema, root type object. */
  inputSchema: Record<string, unknown>
  /** The server's own claim; whether to trust it is the toolset's decision. */
  readOnlyHint: boolean
  /** The same, of whether it may overwrite or delete; undefined if it says nothing. */
  destructiveHint?: boolean | undefined
  /** All of it, as the server lists it. */
  definition: Record<string, unknown>
}

export interface CallResult {
  /** All content flattened to text; images and binaries are named, not carried. */
  text: string
  isError: boolean
  /** URIs of resources that it names, if any. */
  links?: string[]
}

export type FaultKind =
  | 'refused' // nothing listens
  | 'unreachable' // no such host, no route, TLS not trusted
  | 'proxy' // the customer's proxy does not let us through
  | 'impostor' // responds without asking for our token: not our server
  | 'unauthorized' // 401
  | 'host_not_allowed' // 403 by the Host check
  | 'forbidden' // another 403
  | 'not_mcp' // HTML, garbage, a redirect, 404 at the path
  | 'timeout'
  | 'closed' // connection or stream broke
  | 'too_large'
  | 'protocol' // JSON-RPC error
  | 'server' // 5xx, or a rate limit
  | 'cancelled'

/**
 * What became of a request that failed: it was never processed, the server answered with an error, or neither is known. Only
 * the first proves that it can be sent again without running twice.
 */
export type Fate = 'not_run' | 'answered' | 'unknown'

interface FaultDetail {
  cause?: unknown
  /** What to do about it, if the cause says so. */
  remedy?: string | undefined
  /** HTTP status, where there was one. */
  status?: number | undefined
  fate?: Fate
}

/** Why a connection or a call failed, in words for a person; never with URL credentials or tokens. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly kind: FaultKind
  readonly remedy: string | undefined
  readonly status: number | undefined
  readonly fate: Fate
  constructor(kind: FaultKind, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.kind = kind
    this.remedy = detail.remedy
    this.status = detail.status
    this.fate = detail.fate ?? 'unknown'
  }

  /** The same cause, of a request that was never processed. */
  beforeRunning(): Fault {
    const { kind, message, cause, remedy, status } = this
    return new Fault(kind, message, { cause, remedy, status, fate: 'not_run' })
  }
}
