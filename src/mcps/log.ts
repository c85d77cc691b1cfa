import { redact } from '../base/redact.ts'

type Level = 'info' | 'warn' | 'error'
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

/**
 * Counts refused requests by their reason, minute by minute. A single one is normal (a probe, a token that was just
 * changed), so the first of a minute is information; the 10th, 100th, 1000th … is a warning with the counts.
 */
export function refusalCounter(log: Log, now: () => number = Date.now): (reason: string) => void {
  let counts = new Map<string, number>()
  let since = Number.NEGATIVE_INFINITY
  return reason => {
    if (now() - since >= 60_000) {
      counts = new Map()
      since = now()
    }
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
    const sum = [...counts.values()].reduce((all, count) => all + count, 0)
    if (sum === 1) log('info', reason)
    else if (/^10+$/.test(String(sum))) {
      const seconds = Math.max(1, Math.round((now() - since) / 1000))
      log('warn', `${sum} requests refused within ${seconds} s`, Object.fromEntries(counts))
    }
  }
}
