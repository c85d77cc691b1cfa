// A customer's tools. Every call goes through here, whether it comes from the chat, a command or another MCP client.

import type { Principal } from '../access/principal.ts'
import type { DryRunName, EffectRule } from '../catalog/type.ts'
import type { Access } from '../config/project.ts'

/** One immutable generation. Every change, such as a started server or another customer, creates a new one. */
export interface Toolset {
  readonly customer: { id: string; name: string; environment: string | undefined; access: Access }
  readonly generation: number
  /** What is offered to the person at this machine. */
  readonly tools: readonly OfferedTool[]
  readonly withheld: readonly WithheldTool[]
  /** What `tools` in the configuration leaves out. */
  readonly leftOut: readonly { server: string; tool: string; reason: string }[]
  /** Each pattern of `read_only_tools`, and which tools match it. A tool counts for the first pattern only. */
  readonly patterns: readonly ReadOnlyPattern[]
  /** What differs from mcp-lock.json without withholding a tool: tools that are gone, and all of it with `pins: "warn"`. */
  readonly pinNotes?: readonly { server: string; note: string }[]
  /** Servers whose tools are not available, and why. */
  readonly missing: readonly { server: string; state: string; reason: string; hint: string }[]
  /** Whether a server that needed a sign-in when this was built may have its tools now (default: never). */
  isOutdated?(): boolean
  call(name: string, args: unknown, options: ToolCallOptions): Promise<ToolOutcome>
  /** Ends this generation: calls in flight are cancelled, new ones fail. */
  retire(): void
}

export interface WithheldTool {
  server: string
  tool: string
  reason: string
  /** Whether `policy` denies it, rather than the customer's access or the tool itself. */
  byPolicy?: boolean
  /** Whether it is withheld because its definition is not the accepted one. */
  byPins?: boolean
}

export interface OfferedTool {
  /** `<server>__<tool>`, legal on every platform. */
  name: string
  /** Empty for a tool of our own, which is for all servers. */
  server: string
  tool: string
  description: string
  inputSchema: Record<string, unknown>
  /** Trusted to change nothing. */
  readOnly: boolean
  /** What its calls do if it is not read-only (default: they may destroy). */
  effects?: ToolEffects
  /** How to show what a call would do. */
  dryRun?: DryRunName | undefined
  /** The argument that says whose change it is: the gate fills it in. */
  author?: string | undefined
}

/** What a call does. */
export interface Effect {
  kind: EffectRule['effect']
  /** To follow a colon: `operation is "list"`. */
  because: string
}

/** What calls of a tool do that may change something. */
export interface ToolEffects {
  rules: readonly EffectRule[]
  /** If no rule matches. */
  otherwise: Effect
}

export interface ReadOnlyPattern {
  server: string
  pattern: string
  /** Tools that it makes read-only, because a person has accepted them. */
  tools: readonly string[]
  /** Tools that match it and still count as writes. */
  waiting: readonly { tool: string; description: string; readOnlyHint: boolean }[]
}

/** Who calls, and who is asked. */
export interface CallerOptions {
  signal?: AbortSignal | undefined
  approve: Approve
  /** Who calls (default: the person at this machine). */
  by?: Principal | undefined
}

export interface ToolCallOptions extends CallerOptions {
  /** Called with what the server reports while it works; for a person to read. */
  onProgress?: ((progress: CallProgress) => void) | undefined
}

/** How far a call is, in the server's own unit. */
export interface CallProgress {
  done: number
  /** Undefined if the server does not know. */
  total: number | undefined
  /** What it is doing, on one line; empty if it does not say. */
  text: string
}

/** Asked before a write, and where a rule of `policy` says so. The chat shows a dialog, a headless run denies. */
export type Approve = (call: {
  customer: string
  server: string
  tool: string
  args: unknown
  effect: Effect
}) => Promise<Approval>

export type Approval = { allowed: true } | { allowed: false; reason: string }

/** Never thrown: `text` is for a model or a person to read. */
export interface ToolOutcome {
  kind: 'answered' | 'tool_error' | 'failed' | 'denied' | 'unknown_tool' | 'cancelled'
  text: string
  /** Milliseconds. */
  took: number
  /** Bytes that were truncated, or 0. */
  cutBytes: number
  /** The text before it was truncated, if it was. */
  whole?: string
}

/** What must be said of a call that may change something, was sent, and got no answer. */
export const MAY_HAVE_RUN = 'unknown whether it ran: check before you call it again'

/** Names of all tools of each server that answered, by `customer/server`. */
export function listedTools({ customer, tools, withheld, leftOut }: Toolset): Map<string, string[]> {
  const all = [...tools, ...withheld, ...leftOut]
  const byServer = Map.groupBy(all, one => `${customer.id}/${one.server}`)
  return new Map([...byServer].map(([key, list]) => [key, list.map(one => one.tool).sort()]))
}
