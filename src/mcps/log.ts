import { redact } from '../base/redact.ts'

export type Level = 'info' | 'warn' | 'error'
export type Log = (level: Level, message: string, facts?: Record<string, string | number>) => void

/** One JSON line a notable thing on `out` (stderr); known secrets are hidden. */
export function logTo(out: { write(text: string): unknown }, program: string): Log {
  return (level, message, facts = {}) => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, program, message, ...facts })
    out.write(`${redact(line)}\n`)
  }
}

/** Says the same thing at most once a minute, so that a client in a loop cannot fill the log. */
export function seldom(log: Log, now: () => number = Date.now): Log {
  const said = new Map<string, number>()
  return (level, message, facts) => {
    const last = said.get(message)
    if (last !== undefined && now() - last < 60_000) return
    if (said.size > 100) said.clear()
    said.set(message, now())
    log(level, message, facts)
  }
}
