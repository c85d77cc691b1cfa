import type { ReadOnlyTrust, Server } from '../../config/project.ts'
import { fitsPattern, leftOutReason } from '../../config/settings/tool-patterns.ts'
import type { Tool } from '../../mcp/connection.ts'
import { WRITE_WITHHELD } from './decide.ts'

/** The verdict on one tool of a server. */
type Verdict =
  | { kind: 'offered'; readOnly: boolean }
  | { kind: 'withheld'; reason: string }
  | { kind: 'left-out'; reason: string }

/** What decides about a tool, besides the tool itself. */
export interface Policy extends Pick<Server, 'customer' | 'access' | 'readOnly' | 'toolChoice'> {
  /** Names that a person has accepted, so that a pattern of `read_only_tools` covers them. */
  accepted: Pick<ReadonlySet<string>, 'has'>
}

export function verdictOn(tool: Tool, policy: Policy): Verdict {
  const leftOut = leftOutReason(tool.name, policy.toolChoice)
  if (leftOut !== undefined) return { kind: 'left-out', reason: leftOut }
  const readOnly = isTrustedReadOnly(tool, policy)
  if (readOnly || policy.access === 'read-write') return { kind: 'offered', readOnly }
  return { kind: 'withheld', reason: withheldReason(tool, policy) }
}

/** The first pattern of `read_only_tools` that this tool matches. */
export function patternFor(name: string, { patterns }: ReadOnlyTrust): string | undefined {
  return patterns.find(one => fitsPattern(name, one))
}

/** Whether this tool is trusted to change nothing. A server's own hint counts only if it is trusted. */
function isTrustedReadOnly(
  tool: Pick<Tool, 'name' | 'readOnlyHint'>,
  { readOnly, accepted }: Pick<Policy, 'readOnly' | 'accepted'>,
): boolean {
  if (readOnly.tools.includes(tool.name) || (readOnly.hints && tool.readOnlyHint)) return true
  return accepted.has(tool.name) && patternFor(tool.name, readOnly) !== undefined
}

/** Whether a tool counts as a read, as far as its name tells; undefined if its server's hint decides. */
export function isReadByName(
  name: string,
  policy: Pick<Policy, 'readOnly' | 'accepted'>,
): boolean | undefined {
  if (isTrustedReadOnly({ name, readOnlyHint: false }, policy)) return true
  return policy.readOnly.hints ? undefined : false
}

const OFFER_IT = '; add it to read_only_tools to offer it'

/** Why a tool is withheld that its server says changes nothing. */
export const HINT_NOT_TRUSTED = `its read-only hint is not trusted, and the customer is read-only${OFFER_IT}`

/** The reason alone, where the advice follows in other words. */
export function withoutAdvice(reason: string): string {
  return reason === HINT_NOT_TRUSTED ? reason.slice(0, -OFFER_IT.length) : reason
}

function withheldReason(tool: Tool, { customer, readOnly }: Policy): string {
  const pattern = patternFor(tool.name, readOnly)
  if (pattern !== undefined)
    return `it matches ${JSON.stringify(pattern)} in read_only_tools but is not accepted yet, and the customer is read-only; accept it with \`supportmax tools accept ${customer}\``
  if (tool.readOnlyHint) return HINT_NOT_TRUSTED
  return WRITE_WITHHELD
}
