// The records of all chains, in the order in which they were written.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { chainsIn, linesIn } from './files.ts'
import { type AuditRecord, recordIn } from './record.ts'

/** The end of a file that is looked at for the newest records. */
const END_BYTES = 1_048_576

/** All records from a time on. Lines that are not records are left out: verifyAudit() finds them. @param since milliseconds */
export function* auditRecords(folder: string, since = Number.NEGATIVE_INFINITY): Generator<AuditRecord> {
  const month = Number.isFinite(since) ? new Date(since).toISOString().slice(0, 7) : ''
  const chains = chainsIn(folder).map(({ files }) =>
    recordsOf(
      folder,
      files.filter(name => name.slice(name.indexOf('-') + 1) >= month),
    ),
  )
  const next = chains.map(records => ({ records, now: records.next() }))
  for (;;) {
    const [oldest] = next.filter(one => !one.now.done).sort((a, b) => (atOf(a.now) < atOf(b.now) ? -1 : 1))
    if (!oldest || oldest.now.done) return
    if (Date.parse(oldest.now.value.at) >= since) yield oldest.now.value
    oldest.now = oldest.records.next()
  }
}

function atOf(now: IteratorResult<AuditRecord>): string {
  return now.done ? '' : now.value.at
}

function* recordsOf(folder: string, files: readonly string[]): Generator<AuditRecord> {
  for (const name of files)
    for (const { bytes } of linesIn(join(folder, name))) {
      const record = recordIn(bytes)
      if (record) yield record
    }
}

export interface AuditReader {
  /** What was written since the last call; the newest part of it the first time. */
  read(): AuditRecord[]
}

export function openReader(folder: string): AuditReader {
  /** Of each file: how much of it was read. */
  const offsets = new Map<string, number>()

  function fresh(name: string): AuditRecord[] {
    const path = join(folder, name)
    const known = offsets.get(name)
    const from = known ?? Math.max(0, statSync(path).size - END_BYTES)
    let at = from
    const records: AuditRecord[] = []
    for (const { bytes, isWhole } of linesIn(path, from)) {
      if (!isWhole) break
      at += bytes.length + 1
      const record = recordIn(bytes)
      if (record) records.push(record)
    }
    offsets.set(name, at)
    return records
  }

  return {
    read() {
      // Two months: a new one has few records at first.
      const records = chainsIn(folder).flatMap(({ files }) => files.slice(-2).flatMap(fresh))
      return records.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    },
  }
}
