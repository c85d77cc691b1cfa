// Whether an audit record is whole: no line was changed, removed, inserted or moved, the last one included.

import { join } from 'node:path'
import { counted } from '../../base/text/amounts.ts'
import { type ChainHead, readHead } from './chain/head.ts'
import { type AuditLine, chainsIn, headFile, linesIn } from './files.ts'
import { AUDIT_FORMAT, type AuditRecord, lineHash, recordIn } from './record.ts'

export interface AuditFinding {
  /** Name in the folder. */
  file: string
  line: number | undefined
  message: string
}

export interface Verified {
  chains: { chain: number; records: number; last: string }[]
  /** The first thing that is wrong with each chain. */
  faults: AuditFinding[]
  /** What is unusual, but recorded as it should be. */
  notes: AuditFinding[]
}

/** Reads the whole record. Programs may write to it meanwhile. */
export function verifyAudit(folder: string): Verified {
  const found = chainsIn(folder)
  const verified = found.map(one => verifyChain(folder, one.chain))
  const numbers = new Set(found.map(one => one.chain))
  const missing = Array.from({ length: Math.max(0, ...numbers) }, (_, i) => i + 1).filter(
    one => !numbers.has(one),
  )
  const gone = missing.map(one => ({
    file: headFile(one),
    line: undefined,
    message: 'is missing, with its records',
  }))
  return {
    chains: verified.map(({ chain, end }) => ({ chain, records: end.n, last: end.hash })),
    faults: [...verified.flatMap(one => one.fault ?? []), ...gone],
    notes: verified.flatMap(one => one.notes),
  }
}

/** The end of what was read so far. */
interface ChainEnd {
  n: number
  hash: string
  place: { file: string; line: number }
  /** A line that is no record, which the next one may explain. */
  unread: AuditLine | undefined
}

interface VerifiedChain {
  chain: number
  end: ChainEnd
  fault: AuditFinding | undefined
  notes: AuditFinding[]
}

function verifyChain(folder: string, chain: number): VerifiedChain {
  const headPath = join(folder, headFile(chain))
  const before = readHead(headPath)
  // After the head, which tells whether a file has been added since.
  const files = chainsIn(folder).find(one => one.chain === chain)?.files ?? []
  const end: ChainEnd = {
    n: 0,
    hash: '',
    place: { file: files[0] ?? headFile(chain), line: 0 },
    unread: undefined,
  }
  const notes: AuditFinding[] = []
  for (const file of files)
    for (const line of linesIn(join(folder, file))) {
      const fault = faultOf(line, { file, end, notes, isLast: file === files.at(-1) })
      if (fault !== undefined) return { chain, end, fault, notes }
    }
  const head = readHead(headPath)
  // A head that moved belongs to a program that is writing: the end is where it is at the moment.
  const isMoving = before?.n !== head?.n
  const fault = isMoving ? undefined : faultOfEnd(end, head, { chain, notes })
  return { chain, end, fault, notes }
}

interface Reading {
  file: string
  end: ChainEnd
  notes: AuditFinding[]
  /** Whether it is the newest file of its chain. */
  isLast: boolean
}

/** What is wrong at this line; moves the end on. */
function faultOf(line: AuditLine, reading: Reading): AuditFinding | undefined {
  const { file, end, isLast } = reading
  const at = (message: string, where = line.line): AuditFinding => ({ file, line: where, message })
  const record = recordIn(line.bytes)
  if (!record || !line.isWhole) {
    // Only the record after it can explain it, or the head, if it is the end.
    if (end.unread || (!line.isWhole && !isLast)) return at('is not an audit record')
    end.unread = { ...line, bytes: Buffer.from(line.bytes) }
    end.place = { file, line: line.line }
    return undefined
  }
  const fault =
    faultOfUnread(record, reading, at) ??
    faultOfOrder(record, reading, at) ??
    faultOfKind(record, reading, at)
  if (fault) return fault
  end.n = record.n
  end.hash = lineHash(line.bytes)
  end.place = { file, line: line.line }
  end.unread = undefined
  return undefined
}

type At = (message: string, where?: number) => AuditFinding

function faultOfOrder({ n, prev }: AuditRecord, { file, end }: Reading, at: At): AuditFinding | undefined {
  if (n > end.n + 1)
    return at(
      end.n === 0
        ? `begins with record ${n}: the records before it are missing`
        : `record ${end.n + 1} is missing before record ${n}`,
    )
  if (n < end.n + 1) return at(`record ${n} comes after record ${end.n}: it was inserted or moved`)
  if (prev === end.hash) return undefined
  // The number is right, so the line before it is not the one that was written.
  if (end.place.file === file && end.place.line > 0) return at(`record ${end.n} was changed`, end.place.line)
  return { ...end.place, message: `record ${end.n} was changed` }
}

/** The line before is not a record: only a record that says so (`torn`) can explain it. */
function faultOfUnread(
  { what, hash }: AuditRecord,
  { file, end, notes }: Reading,
  at: At,
): AuditFinding | undefined {
  const { unread } = end
  if (!unread) return undefined
  if (what !== 'torn' || hash !== lineHash(unread.bytes)) return at('is not an audit record', unread.line)
  notes.push({ file, line: unread.line, message: 'is incomplete: its writer was killed' })
  return undefined
}

function faultOfKind(record: AuditRecord, { notes }: Reading, at: At): AuditFinding | undefined {
  const { what, at: time } = record
  if (what === 'break') return at(`the record was changed before ${time}: ${String(record.reason)}`)
  if (what === 'file' && Number(record.format) > AUDIT_FORMAT)
    return at(`was written by a newer supportmax (format ${Number(record.format)})`)
  if (what === 'gap')
    notes.push(
      at(`${counted(Number(record.lost), 'call')} since ${String(record.since)} could not be recorded`),
    )
  return undefined
}

function faultOfEnd(
  { n, hash, place, unread }: ChainEnd,
  head: ChainHead | undefined,
  { chain, notes }: { chain: number; notes: AuditFinding[] },
): AuditFinding | undefined {
  if (!head && n === 0) return undefined
  if (!head) return { file: headFile(chain), line: undefined, message: 'is missing or corrupted' }
  const at = (message: string): AuditFinding => ({ ...place, line: place.line || undefined, message })
  const isBeingWritten = head.next !== ''
  if (unread) {
    if (unread.isWhole || !isBeingWritten || hash !== head.last) return at('is not an audit record')
    notes.push(at('is incomplete: its writer was killed, or is writing it'))
    return undefined
  }
  if (hash === head.last || (isBeingWritten && hash === head.next)) return undefined
  if (n < head.n) return at(`ends with record ${n}, but record ${head.n} was written`)
  return at(n === head.n ? `record ${n} was changed` : `record ${n} was not written by supportmax`)
}
