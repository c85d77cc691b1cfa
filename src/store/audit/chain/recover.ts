// What a killed process, a full disk or a person has left at the end of a chain.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { linesIn } from '../files.ts'
import { type AuditKind, lineHash, recordIn } from '../record.ts'
import { type ChainHead, EMPTY_HEAD } from './head.ts'

export interface Recovered {
  head: ChainHead
  /** The file ends inside a line. */
  endsInside?: boolean
  /** What is to be recorded about it. */
  record?: { what: AuditKind } & Record<string, unknown>
  warning?: string
}

/** More than two of the longest records. */
const END_BYTES = 262_144

const CHECK = 'run `supportmax audit verify`'

/** Where the chain continues; undefined for a new one. A chain never continues from what its head does not know. */
export function recovered(
  folder: string,
  head: ChainHead | undefined,
  files: readonly string[],
): Recovered | undefined {
  const name = head?.file || newest(folder, files)
  if (name === undefined) return undefined
  const { last, fragment } = endOf(join(folder, name), files.includes(name))
  const endsInside = fragment.length > 0
  if (!head) {
    const n = (last && recordIn(last)?.n) ?? 0
    const adopted = { ...EMPTY_HEAD, file: name, n, last: last ? lineHash(last) : '' }
    return broken(adopted, endsInside, 'its head file is missing')
  }
  const clean = { ...head, next: '' }
  const written = { ...clean, n: head.n + 1, last: head.next }
  const isAt = (hash: string) => (last ? lineHash(last) === hash : true)
  if (endsInside && head.next !== '' && isAt(head.last)) {
    if (lineHash(fragment) === head.next) return { head: written, endsInside }
    return {
      head: clean,
      endsInside,
      record: { what: 'torn', bytes: fragment.length, hash: lineHash(fragment) },
      warning: `${name}: the last audit record is incomplete, because its writer was killed; it is marked`,
    }
  }
  if (!endsInside && head.next !== '' && last && isAt(head.next)) return { head: written }
  if (!endsInside && isAt(head.last)) return { head: clean }
  return broken(clean, endsInside, 'it does not end as it was written')
}

function broken(head: ChainHead, endsInside: boolean, reason: string): Recovered {
  const warning = `${head.file}: the audit record was changed: ${reason}; ${CHECK}`
  return { head, endsInside, record: { what: 'break', reason }, warning }
}

/**
 * Not one that a killed writer has only created: the chain would begin again in it. With nothing but such files, the chain is
 * new.
 */
function newest(folder: string, files: readonly string[]): string | undefined {
  return files.findLast(one => statSync(join(folder, one)).size > 0)
}

/** The last whole line, and what comes after it. */
function endOf(path: string, exists: boolean): { last: Buffer | undefined; fragment: Buffer } {
  let last: Buffer | undefined
  let fragment: Buffer = Buffer.alloc(0)
  const from = exists ? Math.max(0, statSync(path).size - END_BYTES) : 0
  for (const { bytes, isWhole } of exists ? linesIn(path, from) : [])
    if (isWhole) last = bytes
    else fragment = bytes
  return { last: last && Buffer.from(last), fragment }
}
