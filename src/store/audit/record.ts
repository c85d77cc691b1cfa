// One line of the audit record: JSON, with the hash of the line before it.

import { hash } from 'node:crypto'

/** Of the files; kept in the first record of each. */
export const AUDIT_FORMAT = 1

/**
 * `file`: the first record of a file. `start` and `end`: a write before it is sent, and its outcome. `call`: a read, or a
 * call that was refused. `gap`: calls that could not be recorded. `torn`: the line before it was cut off when its writer
 * was killed. `break`: the file did not end as it was written.
 */
export type AuditKind = 'file' | 'start' | 'end' | 'call' | 'gap' | 'torn' | 'break'

export interface AuditRecord {
  /** In its chain, from 1. */
  n: number
  /** ISO 8601. */
  at: string
  what: AuditKind
  /** Hash of the line before it, empty for the first one. */
  prev: string
  [field: string]: unknown
}

/** Hash of a line without its line break. */
export function lineHash(line: string | Buffer): string {
  return hash('sha256', line, 'base64url')
}

/** The record of a line; undefined for anything else. */
export function recordIn(line: Buffer): AuditRecord | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return isAuditRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isAuditRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null) return false
  const { n, at, what, prev } = value as Partial<AuditRecord>
  return (
    typeof n === 'number' && typeof at === 'string' && typeof what === 'string' && typeof prev === 'string'
  )
}
