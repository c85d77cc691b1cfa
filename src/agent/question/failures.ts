import { reasonOf, SupportError } from '../../base/errors.ts'
import type { Toolset } from '../../toolset/toolset.ts'
import type { AgentEvent, Failed } from '../events.ts'

/** The chat has switched meanwhile, or is not connected. */
export function notSent(customerId: string, toolset: Toolset | undefined): AgentEvent {
  const reason = toolset
    ? `not sent: the question was for ${customerId}, but the chat is with ${toolset.customer.id} now`
    : `not sent: not connected to ${customerId}`
  return { type: 'failed', reason, hint: undefined, code: 'failed' }
}

/** What was thrown, as the end of a question. */
export function failure(error: unknown): Failed {
  const support = error instanceof SupportError ? error : undefined
  return { type: 'failed', reason: reasonOf(error), hint: support?.hint, code: support?.code ?? 'failed' }
}
