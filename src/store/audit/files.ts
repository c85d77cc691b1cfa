// The files of an audit record: `<chain>-<month>.jsonl`, and `<chain>.head` with the newest hash of each chain.

import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SupportError } from '../../base/errors.ts'

/** Where the audit record of a state folder is kept. */
export function auditFolderIn(stateFolder: string): string {
  return join(stateFolder, 'audit')
}

export function chainFile(chain: number, month: string): string {
  return `${chain}-${month}.jsonl`
}

export function headFile(chain: number): string {
  return `${chain}.head`
}

interface ChainFiles {
  chain: number
  /** Names, oldest first. */
  files: string[]
}

/** All chains that have left a file, in the order of their numbers; none if there is no folder. */
export function chainsIn(folder: string): ChainFiles[] {
  const chains = new Map<number, string[]>()
  for (const name of namesIn(folder).sort()) {
    const [, chain, month] = /^(\d+)(?:-(\d{4}-\d\d)\.jsonl|\.head)$/.exec(name) ?? []
    if (chain === undefined) continue
    const files = chains.get(Number(chain)) ?? []
    chains.set(Number(chain), month === undefined ? files : [...files, name])
  }
  return [...chains].map(([chain, files]) => ({ chain, files })).sort((a, b) => a.chain - b.chain)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export interface AuditLine {
  /** Without its line break. */
  bytes: Buffer
  /** From 1. */
  line: number
  /** Whether a line break ends it. */
  isWhole: boolean
}

const CHUNK = 1_048_576
/** No record is nearly as long. A longer line is given in pieces, which are no records. */
const LONGEST_LINE = 4 * CHUNK

/** Throws `failed` for what is there and is no regular file: a pipe would block for ever, and a device never ends. */
export function checkRegular(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && !found.isFile())
    throw new SupportError('failed', `${basename(path)}: is not a regular file`, {
      hint: 'move it out of the folder of the audit record',
    })
}

/** The lines of a file, in pieces: a month of calls can be large. @param from offset in bytes, of the beginning of a line */
export function* linesIn(path: string, from = 0): Generator<AuditLine> {
  checkRegular(path)
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(CHUNK)
    let rest = Buffer.alloc(0)
    let line = 0
    for (let at = from; ; ) {
      const count = readSync(file, chunk, 0, CHUNK, at)
      at += count
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)])
      let start = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield { bytes: bytes.subarray(start, end), line: ++line, isWhole: true }
        start = end + 1
      }
      rest = bytes.subarray(start)
      if (count === 0) break
      if (rest.length <= LONGEST_LINE) continue
      yield { bytes: rest, line: line + 1, isWhole: false }
      rest = Buffer.alloc(0)
    }
    if (rest.length > 0) yield { bytes: rest, line: ++line, isWhole: false }
  } finally {
    closeSync(file)
  }
}
