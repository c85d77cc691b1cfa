import { type JSONRPCMessage, specTypeSchemas } from '@modelcontextprotocol/client'
import { isRecord } from '../../base/records.ts'

/** Removing one wrong field can reveal the next. */
const MOST_REMOVED = 20

/**
 * The answer to `initialize` without its invalid optional fields: the SDK would refuse the whole
 * server for one of them. Required fields stay as they are, except for the server's name, which nobody needs.
 */
export function forgivingHello(message: JSONRPCMessage): JSONRPCMessage {
  if (!('result' in message) || !isRecord(message.result)) return message
  const result = structuredClone(message.result) as Record<string, unknown>
  result.serverInfo = { name: 'unknown', version: '0', ...defined(result.serverInfo) }
  if (!isRecord(result.capabilities)) result.capabilities = {}
  for (let removed = 0; removed < MOST_REMOVED; removed++) {
    const checked = specTypeSchemas.InitializeResult['~standard'].validate(result)
    const issue = 'issues' in checked ? checked.issues?.[0] : undefined
    const path = issue?.path?.map(keyOf) ?? []
    if (path[0] === 'protocolVersion' || !remove(result, path)) break
  }
  return { ...message, result } as JSONRPCMessage
}

/** Without a name or version that is not text, so that the default applies. */
function defined(info: unknown): Record<string, unknown> {
  const entries = Object.entries(isRecord(info) ? info : {})
  return Object.fromEntries(
    entries.filter(([key, value]) => typeof value === 'string' || !/^(name|version)$/.test(key)),
  )
}

function keyOf(part: unknown): string {
  return String(isRecord(part) ? part.key : part)
}

function remove(from: Record<string, unknown>, path: string[]): boolean {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), from)
  const key = path.at(-1)
  if (!isRecord(parent) || key === undefined || !(key in parent)) return false
  delete parent[key]
  return true
}
