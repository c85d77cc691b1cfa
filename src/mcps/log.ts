import { redact } from '../base/redact.ts'

export type Level = 'info' | 'warn' | 'error'
export type Log = (level: Level, message: string, facts?: Record<string, string | number>) => void

/** Writes one JSON line per message to `out` (stderr), with known secrets hidden. */
export function logTo(out: { write(text: string): unknown }, program: string): Log {
  return (level, message, facts = {}) => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, program, message, ...facts })
    out.write(`${redact(line)}\n`)
  }
}

/** Logs the same message at most once a minute, so that a client in a loop cannot fill the log. */
export function withoutRepeats(log: Log, now: () => number = Date.now): Log {
  const lastLogged = new Map<string, number>()
  return (level, message, facts) => {
    const last = lastLogged.get(message)
    if (last !== undefined && now() - last < 60_000) return
    if (lastLogged.size > 100) lastLogged.clear()
    lastLogged.set(message, now())
    log(level, message, facts)
  }
}
