import { appendFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { redact } from '../../base/redact.ts'

const MOST_BYTES = 1_000_000
const LONGEST_LINE = 64_000
/** How much of an unfinished line is held back: it may be the start of a secret. */
const LONGEST_SECRET = 8_000

/** Path of the one older file that is kept. */
export function olderLog(path: string): string {
  return `${path}.1`
}

export interface LogWriter {
  write(text: string): void
  end(): void
}

/**
 * Writes whole lines, secrets hidden, to a file of at most 1 MB; a full file becomes the older one and a new one
 * begins. Nothing is buffered, so the last output of a program that crashes is not lost. Each stream needs a writer of
 * its own, or half a line of one would tear a line of the other.
 */
export function boundedLog(path: string): { writer(): LogWriter } {
  writeFileSync(path, '', { mode: 0o600 })
  const put = (lines: string) => {
    if (sizeOf(path) + Buffer.byteLength(lines) > MOST_BYTES) renameSync(path, olderLog(path))
    appendFileSync(path, lines, { mode: 0o600 })
  }
  return { writer: () => lineWriter(put) }
}

/** Secrets are only recognised whole, so only whole lines are written; an endless line is cut where no secret is split. */
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
