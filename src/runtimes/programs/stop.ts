import { type ProcessRow, processTable, signalGroup } from '../../base/machine.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { waitFor } from '../../base/waiting/wait.ts'
import { keyText, type ServerKey } from '../../config/project.ts'
import { markedRows, markOf, membersOf } from '../processes.ts'
import { readRecords, removeRecord } from './record.ts'

const LOOK_EVERY_MS = 25

/**
 * Ends the programs of `keys` in parallel: SIGTERM to the process groups, then SIGKILL to those that are still running.
 * Removes the records of programs that have ended; an abort keeps the records of those that run. Idempotent. Returns why
 * programs are still running, by keyText(); empty when all have ended.
 */
export async function stopKept(
  folder: string,
  keys: ServerKey[],
  abort?: AbortSignal,
): Promise<Map<string, string>> {
  await signalUntilGone(folder, keys, { signal: 'SIGTERM', most: TIMEOUTS.processStop, abort })
  await signalUntilGone(folder, keys, { signal: 'SIGKILL', most: TIMEOUTS.processKill, abort })
  const living = livingRows(folder)
  const left = new Map<string, string>()
  for (const key of keys) {
    const [row] = living.get(keyText(key)) ?? []
    if (row) left.set(keyText(key), `process ${row.pid} survived SIGKILL`)
    else removeRecord(folder, key)
  }
  return left
}

/** The living processes of each key, recorded or only marked, from one reading of the process table. */
export function livingRows(folder: string): Map<string, ProcessRow[]> {
  const table = processTable()
  const found = new Map<string, ProcessRow[]>()
  for (const record of readRecords(folder))
    found.set(keyText(record), membersOf(record, markOf(folder, record), table))
  for (const { key, row } of markedRows(folder, table)) {
    const known = found.get(keyText(key)) ?? []
    if (!known.some(other => other.pid === row.pid)) found.set(keyText(key), [...known, row])
  }
  return found
}

async function signalUntilGone(
  folder: string,
  keys: ServerKey[],
  how: { signal: NodeJS.Signals; most: number; abort: AbortSignal | undefined },
): Promise<void> {
  how.abort?.throwIfAborted()
  const groups = () => {
    const living = livingRows(folder)
    return new Set(keys.flatMap(key => living.get(keyText(key)) ?? []).map(row => row.group))
  }
  for (const group of groups()) signalGroup(group, how.signal)
  await waitFor(() => groups().size === 0, { every: LOOK_EVERY_MS, most: how.most, signal: how.abort })
}
