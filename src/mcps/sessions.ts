// Sessions of legacy clients. A client that never ends its session must not hold memory forever.
import type { ServerResponse } from 'node:http'

interface ClientSession<T> {
  id: string
  transport: T
  /** Ends the session's running calls and frees its resources. */
  close(): void
}

export interface ClientSessions<T> {
  readonly size: number
  /**
   * The session, which does not count as idle while `res` is open. `isStream`: the client listens on it for as long as it
   * lives, so that its end without anything after it means that the client is gone.
   */
  use(id: string, res: ServerResponse, way?: { isStream: boolean }): ClientSession<T> | undefined
  /** Closes the longest idle session if the table is full. False when all sessions are in use. */
  makeRoom(): boolean
  add(session: ClientSession<T>, res: ServerResponse): void
  drop(id: string): void
  closeAll(): void
}

interface Seat<T> {
  session: ClientSession<T>
  open: number
  /** Requests so far. */
  uses: number
  lastUsed: number
}

/**
 * A table of at most `most` sessions. Sessions idle for `idleMs` are closed, and those whose client has stopped listening
 * and then done nothing for `abandonedMs`.
 */
export function openSessions<T>(limits: {
  most: number
  idleMs: number
  abandonedMs: number
}): ClientSessions<T> {
  const seats = new Map<string, Seat<T>>()
  const sweep = setInterval(() => {
    for (const seat of idle()) if (Date.now() - seat.lastUsed > limits.idleMs) close(seat)
  }, limits.idleMs / 2)
  sweep.unref()

  function idle(): Seat<T>[] {
    return [...seats.values()].filter(seat => seat.open === 0)
  }
  function close(seat: Seat<T>): void {
    seats.delete(seat.session.id)
    seat.session.close()
  }
  function hold(seat: Seat<T>, res: ServerResponse, isStream = false): void {
    seat.open += 1
    seat.uses += 1
    res.once('close', () => {
      seat.open -= 1
      seat.lastUsed = Date.now()
      if (isStream) closeIfUnused(seat, seat.uses)
    })
  }
  function closeIfUnused(seat: Seat<T>, uses: number): void {
    setTimeout(() => {
      if (seat.uses === uses && seats.get(seat.session.id) === seat) close(seat)
    }, limits.abandonedMs).unref()
  }

  return {
    get size() {
      return seats.size
    },
    use(id, res, { isStream } = { isStream: false }) {
      const seat = seats.get(id)
      if (seat) hold(seat, res, isStream)
      return seat?.session
    },
    makeRoom() {
      if (seats.size < limits.most) return true
      const [oldest] = idle().sort((a, b) => a.lastUsed - b.lastUsed)
      if (oldest) close(oldest)
      return oldest !== undefined
    },
    add(session, res) {
      const seat = { session, open: 0, uses: 0, lastUsed: Date.now() }
      seats.set(session.id, seat)
      hold(seat, res)
    },
    drop(id) {
      seats.delete(id)
    },
    closeAll() {
      clearInterval(sweep)
      for (const seat of [...seats.values()]) close(seat)
    },
  }
}
