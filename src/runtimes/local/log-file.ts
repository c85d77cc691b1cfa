import { appendFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { redact } from '../../base/redact.ts'

const MOST_BYTES = 1_000_000
const LONGEST_LINE = 64_000
/** What may be the beginning of one is held back. */
const LONGEST_SECRET = 8_000

/** Name of the one older file that is kept. */
export function olderLog(path: string): string {
  return `${path}.1`
}

export interface LogWriter {
  write(text: string): void
  end(): void
}

/**
 * Writes whole lines, secrets hidden, to a file that never grows beyond 1 MB: then it becomes the older one and
 * a new one begins. Writes at once, so that the last words of a program that dies are not lost. Each stream has a
 * writer of its own: the half line of one must not tear a line of the other.
 */
export function boundedLog(path: string): { writer(): LogWriter } {
  writeFileSync(path, '', { mode: 0o600 })
  const put = (lines: string) => {
    if (sizeOf(path) + Buffer.byteLength(lines) > MOST_BYTES) renameSync(path, olderLog(path))
    appendFileSync(path, lines, { mode: 0o600 })
  }
  return { writer: () => lineWriter(put) }
}

/** A secret is only found whole, so lines are: one without an end is cut where no secret can lie across. */
function lineWriter(put: (lines: string) => void): LogWriter {
  let rest = ''
  return {
    write(text) {
      rest += text
      const end = rest.lastIndexOf('\n') + 1
      if (end > 0) put(redact(rest.slice(0, end)))
      rest = rest.slice(end)
      if (rest.length <= LONGEST_LINE) return
      const hidden = redact(rest)
      put(`${hidden.slice(0, -LONGEST_SECRET)}\n`)
      rest = hidden.slice(-LONGEST_SECRET)
    },
    end() {
      if (rest) put(`${redact(rest)}\n`)
      rest = ''
    },
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
