// One live connection to one server, over any protocol era and transport.

import type { ServerKey, TransportKind } from '../config/project.ts'

export interface Connection extends ServerKey {
  readonly transport: TransportKind
  readonly era: 'modern' | 'legacy'
  /** All pages, checked tool by tool; a malformed tool is quarantined and never fails the listing. */
  listTools(signal?: AbortSignal): Promise<ToolListing>
  /** Rejects with a Fault only if there is no result; isError is part of a result. */
  call(tool: string, args: Record<string, unknown>, options: CallOptions): Promise<CallResult>
  close(): Promise<void>
}

export interface CallOptions {
  signal?: AbortSignal | undefined
  /** Milliseconds. */
  deadline: number
}

export interface ToolListing {
  tools: Tool[]
  quarantined: { name: string; reason: string }[]
}

export interface Tool {
  name: string
  description: string
  /** JSON Schema, root type object. */
  inputSchema: Record<string, unknown>
  /** The server's own claim; whether to trust it is the toolset's decision. */
  readOnlyHint: boolean
}

export interface CallResult {
  /** All content flattened to text; images and binaries are named, not carried. */
  text: string
  isError: boolean
}

export type FaultKind =
  | 'refused' // nothing listens
  | 'unreachable' // no such host, no route, TLS not trusted
  | 'impostor' // responds without asking for our token: not our server
  | 'unauthorized' // 401
  | 'host_not_allowed' // 403 by the Host check
  | 'forbidden' // another 403
  | 'not_mcp' // HTML, garbage, a redirect, 404 at the path
  | 'timeout'
  | 'closed' // connection or stream broke
  | 'too_large'
  | 'protocol' // JSON-RPC error
  | 'server' // 5xx
  | 'cancelled'

/** Why a connection or a call failed, in words for a person; never with URL credentials or tokens. */
export class Fault extends Error {
  readonly kind: FaultKind
  /** What to do about it, where the cause itself tells. */
  readonly remedy: string | undefined
  constructor(kind: FaultKind, message: string, cause?: unknown, remedy?: string) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Fault'
    this.kind = kind
    this.remedy = remedy
  }
}
