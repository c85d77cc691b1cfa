// The tools that servers listed last: for completion, which asks nobody. Only a convenience, so nothing fails over it.

import { join } from 'node:path'
import { readFormatted } from '../../base/disk/formatted.ts'
import { writeWhole } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'

const FORMAT = 1

/** Names by `customer/server`. */
type KnownTools = Record<string, string[]>

/** What the servers of one state folder listed last; empty if that is not known. */
export function knownTools(folder: string): KnownTools {
  try {
    return readTools(folder)
  } catch {
    return {}
  }
}

/** Keeps the lists of these servers in place of what was known of them. */
export function rememberTools(folder: string, lists: ReadonlyMap<string, readonly string[]>): void {
  try {
    const before = readTools(folder)
    const tools = { ...before, ...Object.fromEntries(lists) }
    if (JSON.stringify(tools) !== JSON.stringify(before))
      writeWhole(fileIn(folder), `${JSON.stringify({ format: FORMAT, tools }, null, 1)}\n`, 0o600)
  } catch {
    // A read-only folder, or a file of a newer supportmax: completion then knows no tools.
  }
}

function readTools(folder: string): KnownTools {
  const found = readFormatted(fileIn(folder), FORMAT)
  const tools = typeof found === 'object' ? found.tools : undefined
  if (!isRecord(tools)) return {}
  return Object.fromEntries(
    Object.entries(tools).map(([key, names]) => [
      key,
      Array.isArray(names) ? names.filter(name => typeof name === 'string') : [],
    ]),
  )
}

function fileIn(folder: string): string {
  return join(folder, 'known-tools.json')
}
