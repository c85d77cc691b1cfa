import { appendFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { redact } from '../../base/redact.ts'

const MOST_BYTES = 1_000_000
const LONGEST_LINE = 64_000

/** Name of the one older file that is kept. */
export function olderLog(path: string): string {
  return `${path}.1`
}

/**
 * Writes whole lines, secrets hidden, to a file that never grows beyond 1 MB: then it becomes the older one and
 * a new one begins. Writes at once, so that the last words of a program that dies are not lost.
 */
export function boundedLog(path: string): { write(text: string): void; end(): void } {
  let rest = ''
  writeFileSync(path, '', { mode: 0o600 })
  const put = (lines: string) => {
    if (sizeOf(path) + Buffer.byteLength(lines) > MOST_BYTES) renameSync(path, olderLog(path))
    appendFileSync(path, redact(lines), { mode: 0o600 })
  }
  return {
    write(text) {
      rest += text
      const end = rest.lastIndexOf('\n') + 1
      // A secret is only found whole, so lines are: one without an end is cut where it gets too long.
      const upTo = end > 0 ? end : rest.length > LONGEST_LINE ? rest.length : 0
      if (upTo > 0) put(end > 0 ? rest.slice(0, upTo) : `${rest}\n`)
      rest = rest.slice(upTo)
    },
    end() {
      if (rest) put(`${rest}\n`)
      rest = ''
    },
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
