import type { ErrorCode } from '../base/errors.ts'
import type { LeftOut, Rerouted, Usage } from '../llm/platform.ts'
import type { ToolOutcome } from '../mcp/toolset.ts'

/** What one question gives off, in order; ends with exactly one of answer, failed, cancelled. */
export type AgentEvent =
  | { type: 'text'; text: string }
  /** Another platform answers this turn anew: what it had said so far is void. */
  | Rerouted
  | LeftOut
  | { type: 'call-started'; id: string; server: string; tool: string; args: unknown }
  | { type: 'call-ended'; id: string; outcome: ToolOutcome }
  /** `text` is the final answer alone, without what was said between the calls. */
  | { type: 'answer'; text: string; turns: number; usage: Usage | undefined; platform: string; model: string }
  | { type: 'failed'; reason: string; hint: string | undefined; code: ErrorCode }
  | { type: 'cancelled' }
