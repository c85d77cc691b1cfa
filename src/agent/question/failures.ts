import { reasonOf, SupportError } from '../../base/errors.ts'
import { asClause } from '../../base/text/words.ts'
import { reasonAlone } from '../../platforms/faults/fault.ts'
import { PlatformFault, type PlatformFaultKind } from '../../platforms/platform.ts'
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

const HINTS: Partial<Record<PlatformFaultKind, string>> = {
  auth: 'check the API key (api_key_env) or the sign-in of this platform',
  quota: "raise the limit in the vendor's console, or choose another --platform",
  rate_limit: 'ask again in a moment',
  overloaded: 'ask again in a moment',
  not_found: 'check the model name (--model) and base_url',
  network: 'check base_url, the proxy and the network',
  context_overflow: 'start a new conversation (/clear), or ask for less at once',
  content_filter: 'rephrase the question',
  unsupported: 'choose a --model that can do this (such as call tools), or another --platform',
  rejected: 'choose another --platform, or report it with a recording (`supportmax chat --record FILE`)',
  bad_request: 'report it with a recording (`supportmax chat --record FILE`)',
}

/** What a platform has thrown, as the end of a question. */
export function faultEvent(error: unknown, isPartlyKept: boolean): AgentEvent {
  const { hint, code = 'failed' }: Partial<SupportError> = supportErrorIn(error) ?? {}
  if (!(error instanceof PlatformFault)) return { type: 'failed', reason: reasonOf(error), hint, code }
  // Several platforms are named in its words.
  const where = error.platform === '' ? '' : `${error.platform}: `
  const words = asClause(reasonAlone(reasonOf(error), error.remedy))
  const reason = `${where}${words}; this turn was discarded`
  return {
    type: 'failed',
    reason,
    hint: hint ?? error.remedy ?? HINTS[error.kind] ?? 'ask again',
    code: 'no-platform',
    isPartlyKept,
  }
}

/** The error itself, or the one that a platform's fault wraps. */
function supportErrorIn(error: unknown): SupportError | undefined {
  const inner = error instanceof PlatformFault ? error.cause : error
  return inner instanceof SupportError ? inner : undefined
}

export function failedWith(reason: string, hint: string): Failed {
  return { type: 'failed', reason, hint, code: 'failed' }
}
