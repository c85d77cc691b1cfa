import { isRecord } from '../../base/records.ts'
import type { Reporter } from './problems.ts'

/** Where other MCP clients keep their servers: Claude, Cursor and many others; VS Code; Zed; opencode; Codex. */
const KEYS = ['mcpServers', 'servers', 'context_servers', 'mcp', 'mcp_servers', 'mcp-servers'] as const

/** Reports a file that has another client's shape, and how to take it over. Returns whether it was one. */
export function reportOtherClient(value: unknown, reporter: Reporter): boolean {
  if (!isRecord(value) || 'customers' in value) return false
  const key = KEYS.find(one => isRecord(value[one]))
  if (key === undefined) return false
  reporter.error(
    [key],
    'this is the configuration of another MCP client; in supportmax, servers belong to customers',
    'rename it, for example to theirs.json, then run `supportmax import theirs.json --customer NAME`',
  )
  return true
}
