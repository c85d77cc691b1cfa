import type { Access, ReadOnlyTrust } from '../config/project.ts'
import type { Tool } from '../mcp/connection.ts'

/** True where this tool is trusted to change nothing. A server's own hint counts only where it is believed. */
export function isTrustedReadOnly(tool: Tool, trust: ReadOnlyTrust): boolean {
  return trust.tools.includes(tool.name) || (trust.hints && tool.readOnlyHint)
}

/** Why a customer of this access is not offered the tool; undefined = it is offered. */
export function withholdReason(tool: Tool, access: Access, trust: ReadOnlyTrust): string | undefined {
  if (access === 'read-write' || isTrustedReadOnly(tool, trust)) return undefined
  if (tool.readOnlyHint)
    return 'read-only customer; its read-only hint is not believed (name it in read_only_tools to offer it)'
  return 'read-only customer; the tool may change something'
}
