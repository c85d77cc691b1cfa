// A customer's tools: the one place through which every call goes, whatever face asked for it.

import type { Access } from '../config/project.ts'

/** One immutable generation. A change (a server came, the customer was switched) makes a new one. */
export interface Toolset {
  readonly customer: { id: string; name: string; environment: string | undefined; access: Access }
  readonly generation: number
  readonly tools: readonly OfferedTool[]
  readonly withheld: readonly { server: string; tool: string; reason: string }[]
  /** Servers whose tools are not in here, and why. */
  readonly missing: readonly { server: string; state: string; reason: string; hint: string }[]
  call(name: string, args: unknown, options: ToolCallOptions): Promise<ToolOutcome>
  /** No call of this generation starts or is answered any more; those in flight are cancelled. */
  retire(): void
}

export interface OfferedTool {
  /** `<server>__<tool>`, legal on every platform. */
  name: string
  server: string
  tool: string
  description: string
  inputSchema: Record<string, unknown>
  /** Trusted to change nothing. */
  readOnly: boolean
}

export interface ToolCallOptions {
  signal?: AbortSignal | undefined
  approve: Approve
}

/** Asked before a write. Chat shows a dialog, headless refuses. */
export type Approve = (call: {
  customer: string
  server: string
  tool: string
  args: unknown
}) => Promise<Approval>

export type Approval = { allowed: true } | { allowed: false; reason: string }

/** Never thrown: each of these is text that a model or a person can read. */
export interface ToolOutcome {
  kind: 'answered' | 'tool_error' | 'failed' | 'denied' | 'unknown_tool' | 'cancelled'
  text: string
  /** Milliseconds. */
  took: number
  /** Bytes left out where the result was over the cap, else 0. */
  cutBytes: number
}
