// The form of a line in a log file of ours: the time at which it was written, a tab, the text. Files from before times were
// kept have the text alone.

import type { LogLine } from '../runtime.ts'

/** Whole lines as they are written. */
export function stampedLines(lines: string, now: Date): string {
  const stamp = `${now.toISOString()}\t`
  // Not `^` with the flag m, which also matches after a carriage return, as progress bars write it.
  return lines.replace(/[^\n]*\n/g, `${stamp}$&`)
}

export function parseLine(line: string): LogLine {
  const [, at, text] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\t(.*)$/s.exec(line) ?? []
  return at === undefined || text === undefined ? { at: undefined, text: line } : { at, text }
}
