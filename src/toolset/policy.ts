import type { Access, ReadOnlyTrust } from '../config/project.ts'
import type { Tool } from '../mcp/connection.ts'

/** Whether this tool is trusted to change nothing. A server's own hint counts only if it is trusted. */
export function isTrustedReadOnly(tool: Tool, trust: ReadOnlyTrust): boolean {
  return trust.tools.includes(tool.name) || (trust.hints && tool.readOnlyHint)
}

/** Why the tool is withheld from a customer with this access; undefined if it is offered. */
export function withholdReason(tool: Tool, access: Access, trust: ReadOnlyTrust): string | undefined {
  if (access === 'read-write' || isTrustedReadOnly(tool, trust)) return undefined
  if (tool.readOnlyHint)
    return "the customer is read-only, and the tool's read-only hint is not trusted (add it to read_only_tools to offer it)"
  return 'the customer is read-only, and the tool may change something'
}
