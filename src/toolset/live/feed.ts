// What one server lists, kept up to date.

import { reasonOf, SupportError } from '../../base/errors.ts'
import { redact } from '../../base/redact.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Server } from '../../config/project.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { listServer, type ServerTools } from '../build/list.ts'

export interface Feed {
  server: Server
  /** Undefined until it has answered for the first time, or was found to be missing. */
  latest(): ServerTools | undefined
  /** Lists it again, soon. */
  refresh(): void
  close(): void
}

interface FeedOptions {
  pool: ConnectionPool
  find: FindEndpoint
  /** Called whenever there is something new, or the same again. */
  onAnswer(): void
}

/** Begins to list the server at once, and again until it has tools. */
export function openFeed(server: Server, { pool, find, onAnswer }: FeedOptions): Feed {
  const closing = new AbortController()
  let latest: ServerTools | undefined
  let isAsking = false
  let again = false
  let failures = 0
  /** When it last had tools, as performance.now() counts. */
  let goodAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function askIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), ms)
    timer.unref()
  }

  async function ask(): Promise<void> {
    clearTimeout(timer)
    if (isAsking) {
      again = true
      return
    }
    isAsking = true
    const found = await listServer(server, { pool, find, signal: closing.signal }).catch(error =>
      unlisted(server, error),
    )
    isAsking = false
    if (closing.signal.aborted) return
    keep(found)
    if (again) {
      again = false
      void ask()
    } else if (found.missing) askIn(PAUSES[Math.min(failures++, PAUSES.length - 1)] ?? 0)
    else failures = 0
  }

  /** A server that restarts keeps its tools for a while: calls wait for it, too. */
  function keep(found: ServerTools): void {
    const now = performance.now()
    if (!found.missing) goodAt = now
    else if (latest && !latest.missing && now - goodAt < TIMEOUTS.restart) return
    latest = found
    onAnswer()
  }

  void ask()
  return {
    server,
    latest: () => latest,
    refresh: () => askIn(SETTLE),
    close() {
      clearTimeout(timer)
      closing.abort()
    },
  }
}

/** Milliseconds before a server without tools is asked again. */
const PAUSES = [250, 500, 1_000, 1_000, 2_000, 5_000]

/** Milliseconds: several notices often come together. */
const SETTLE = 100

function unlisted(server: Server, error: unknown): ServerTools {
  const hint = error instanceof SupportError ? (error.hint ?? '') : ''
  return {
    server,
    missing: { server: server.name, state: 'unhealthy', reason: redact(reasonOf(error)), hint: redact(hint) },
  }
}
