import type { Principal } from '../../access/principal.ts'
import type { Decision } from '../policy/decide.ts'
import type { Effect, ToolOutcome } from '../toolset.ts'

/** A call, as it is recorded. */
export interface AuditedCall {
  by: Principal
  customer: string
  /** Empty if the caller named no tool that exists, nor one of a server that does not answer. */
  server: string
  tool: string
  args: unknown
  /** Undefined if the policy was not asked. */
  decision: Decision | undefined
  /** Undefined for a tool that is not offered, and for what is no tool call. */
  effect?: Effect['kind'] | undefined
}

export interface AuditedEnd {
  outcome: ToolOutcome['kind']
  /** Milliseconds, without the time that a person took to decide, or to answer the server. */
  took: number
  /** Of the result, in bytes. */
  bytes: number
}

/** Where calls and denials are recorded. Never throws. */
export interface AuditTrail {
  /** Records a call that may change something, before it is sent. Returns the number of the record, or why there is none. */
  started(call: AuditedCall): { number: number } | { reason: string }
  /** Records it within the present turn of the event loop. @param start the number of the record of its start, if it has one */
  ended(call: AuditedCall, end: AuditedEnd, start?: number): void
}
