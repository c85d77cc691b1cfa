import { setTimeout as delay } from 'node:timers/promises'
import { keyText, type ServerKey } from '../../config/project.ts'
import { markedRows, markOf, membersOf, processTable, type Row } from './processes.ts'
import { readRecords, removeRecord } from './record.ts'

const GENTLE_MS = 3_000
const FORCED_MS = 5_000

/**
 * Ends everything kept under `keys`, side by side: SIGTERM to the process groups, after 3 s SIGKILL; looks that all
 * are gone, and forgets them. Idempotent; called off, what still lives keeps its record. Returns why a program still lives, by keyText(); empty when all is well.
 */
export async function stopKept(
  folder: string,
  keys: ServerKey[],
  abort?: AbortSignal,
): Promise<Map<string, string>> {
  await signalUntilGone(folder, keys, { signal: 'SIGTERM', patience: GENTLE_MS, abort })
  await signalUntilGone(folder, keys, { signal: 'SIGKILL', patience: FORCED_MS, abort })
  const living = livingRows(folder)
  const left = new Map<string, string>()
  for (const key of keys) {
    const [row] = living.get(keyText(key)) ?? []
    if (row) left.set(keyText(key), `process ${row.pid} does not end, not even by SIGKILL`)
    else removeRecord(folder, key)
  }
  return left
}

/** The living processes of each key, recorded or only marked; one look at the machine for all of them. */
export function livingRows(folder: string): Map<string, Row[]> {
  const table = processTable()
  const found = new Map<string, Row[]>()
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
  how: { signal: NodeJS.Signals; patience: number; abort: AbortSignal | undefined },
): Promise<void> {
  how.abort?.throwIfAborted()
  const groups = () => {
    const living = livingRows(folder)
    return new Set(keys.flatMap(key => living.get(keyText(key)) ?? []).map(row => row.group))
  }
  for (const group of groups()) signalGroup(group, how.signal)
  for (const until = Date.now() + how.patience; groups().size > 0 && Date.now() < until; await delay(25))
    how.abort?.throwIfAborted()
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // Ended between the look and the signal.
  }
}
