import { appendFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { redact, redactCutOff } from '../../base/redact.ts'
import { stampedLines } from './log-line.ts'

const MOST_BYTES = 1_000_000
const LONGEST_LINE = 64_000
/** How much of an unfinished line is held back, because it may be the start of a secret. */
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
 * Writes whole lines, each with its time and with secrets hidden, to a file of at most 1 MB; a full file becomes the older one and a new one
 * begins. Writes at once, so that the last output of a crashing program is not lost. Each stream needs its own writer:
 * otherwise half a line of one stream would end up inside a line of another.
 */
export function boundedLog(path: string): { writer(): LogWriter } {
  writeFileSync(path, '', { mode: 0o600 })
  const append = (text: string) => {
    const lines = stampedLines(text, new Date())
    try {
      if (sizeOf(path) + Buffer.byteLength(lines) > MOST_BYTES) renameSync(path, olderLog(path))
      appendFileSync(path, lines, { mode: 0o600 })
    } catch {
      // A full disk loses lines, and must not end the program that writes them.
    }
  }
  return { writer: () => lineWriter(append) }
}

/** Secrets are only recognised whole, so only whole lines are written; an endless line is cut where no secret is split. */
function lineWriter(append: (lines: string) => void): LogWriter {
  let rest = ''
  return {
    write(text) {
      rest += text
      const end = rest.lastIndexOf('\n') + 1
      if (end > 0) append(redact(rest.slice(0, end)))
      rest = rest.slice(end)
      if (rest.length <= LONGEST_LINE) return
      const hidden = redact(rest)
      append(`${hidden.slice(0, -LONGEST_SECRET)}\n`)
      rest = hidden.slice(-LONGEST_SECRET)
    },
    end() {
      // The program may have been killed while it wrote a secret.
      if (rest) append(`${redactCutOff(rest)}\n`)
      rest = ''
    },
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
