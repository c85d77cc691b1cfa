// The newest hash of a chain, so that a cut-off end is found.

import { readIfThere } from '../../../base/files.ts'
import { refuseNewerFormat } from '../../../base/format.ts'
import { isRecord, parsedJson } from '../../../base/records.ts'
import { AUDIT_FORMAT } from '../record.ts'

export interface ChainHead {
  /** Name of the newest file. */
  file: string
  /** Number of the newest record; 0 before the first one. */
  n: number
  /** Its hash. */
  last: string
  /** Hash of the record that is being written; empty if none is. */
  next: string
}

export const EMPTY_HEAD: ChainHead = { file: '', n: 0, last: '', next: '' }

/** Always the same length, so that it is replaced in place: even on a full disk, and in one system call. */
const HEAD_BYTES = 256

export function headBytes(head: ChainHead): Buffer {
  return Buffer.from(`${JSON.stringify({ format: AUDIT_FORMAT, ...head }).padEnd(HEAD_BYTES - 1)}\n`)
}

/** Undefined if there is no head, or none that can be read. Throws `failed` for one that a newer supportmax wrote. */
export function readHead(path: string): ChainHead | undefined {
  const value = parsedJson(readIfThere(path) ?? '')
  if (!isRecord(value)) return undefined
  refuseNewerFormat(path, value.format, AUDIT_FORMAT)
  const { file, n, last, next } = value
  const isHead =
    typeof file === 'string' && typeof n === 'number' && typeof last === 'string' && typeof next === 'string'
  return isHead ? { file, n, last, next } : undefined
}
