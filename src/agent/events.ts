import type { ErrorCode } from '../base/errors.ts'
import type { LeftOut, Notice, Rerouted, Retracted, Spent, Usage } from '../platforms/platform.ts'
import type { CallProgress, Effect, ToolOutcome } from '../toolset/toolset.ts'

/** The events of one question, in order; the last is exactly one of answer, failed, cancelled. */
export type AgentEvent =
  | { type: 'text'; text: string }
  /** Another platform answers this turn from the start: discard the turn's text so far. */
  | Rerouted
  | Retracted
  | LeftOut
  | Notice
  | Turned
  | Compacted
  | CallStarted
  /** Between its start and its end, as often as there is something new; not each report of the server. */
  | { type: 'call-progress'; id: string; progress: CallProgress }
  /** `part`: how much of the result the model got, if not all: `40 of 3,812 lines`. */
  | { type: 'call-ended'; id: string; outcome: ToolOutcome; part?: string }
  /** Other platforms are answering the same question from the same tool results. */
  | { type: 'cross-checking'; platforms: readonly string[] }
  | FinalAnswer
  | Failed
  | Cancelled

export interface CallStarted {
  type: 'call-started'
  id: string
  /** Under which answers cite it; undefined for a search among the tools. */
  number?: number
  server: string
  tool: string
  args: unknown
  /** Undefined for a tool that is not offered, and for the agent's own. */
  effect?: Effect['kind'] | undefined
}

/** The conversation was nearly too long for the model, which gets a shorter one from now on. The evidence stays whole. */
export interface Compacted {
  type: 'compacted'
  /** How many results of earlier calls were left out. */
  results: number
  /** The summary that replaces the conversation; undefined if leaving out results was enough. */
  summary: string | undefined
}

/** A turn of the model has ended, and its calls follow, or the answer. */
export interface Turned {
  type: 'turn'
  platform: string
  model: string
  usage: Usage | undefined
  /** Context window of the model in tokens; undefined = unknown. */
  window: number | undefined
}

export interface Failed extends Ended {
  type: 'failed'
  reason: string
  hint: string | undefined
  code: ErrorCode
  /** Tool results of the question are kept: when it is asked again in this session, it continues from them. */
  isPartlyKept?: boolean
}

export interface Cancelled extends Ended {
  type: 'cancelled'
}

/** The last event of a question. */
interface Ended {
  /** What the whole question cost, with everything that failed; undefined if nothing was sent. */
  spent?: Spent | undefined
}

export interface FinalAnswer extends Ended {
  type: 'answer'
  /** The final answer alone, without what was said between the calls; with the comparison of a cross-check. */
  text: string
  turns: number
  /** The platform that gave the final answer. */
  platform: string
  model: string
  /** Why this platform and model. */
  rule: string | undefined
  crossCheck: CrossCheck | undefined
  /** Undefined if no tool was called in the conversation, and the answer cites none. */
  check?: AnswerCheck | undefined
}

/** Whether an answer keeps to what the tools have shown. */
export interface AnswerCheck {
  /** Cited numbers of calls that there never were. */
  unknown: number[]
  /** Numbers in the answer that no cited result shows, as they are written there. */
  unshown: string[]
}

export interface CrossCheck {
  /** The first is the answer itself. */
  answers: readonly { platform: string; model: string; text: string; failed: string | undefined }[]
  judge: { platform: string; model: string } | undefined
  /** `unclear`: nobody could compare, or the judge said neither. */
  verdict: 'agree' | 'differ' | 'unclear'
  /** What the judge wrote, or why there is no comparison. */
  comparison: string
}
