// What one server lists, kept up to date.

import { reasonOf, SupportError } from '../../base/errors.ts'
import { redact } from '../../base/redact.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Server } from '../../config/project.ts'
import type { ToolListing } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { listServer, type ServerTools } from '../build/list.ts'
import { createPace } from './pace.ts'

export interface Feed {
  server: Server
  /** Undefined until it has answered for the first time, or was found to be missing. */
  latest(): ServerTools | undefined
  /** Lists it again, soon. */
  refresh(): void
  /** Lists it now, unless it was listed a moment ago. Resolves when it has answered, or was found to be missing. */
  look(): Promise<void>
  close(): void
}

interface FeedOptions {
  pool: ConnectionPool
  find: FindEndpoint
  /** What it listed last, until it answers. */
  known: ServerTools | undefined
  /** Called after each list, whether or not it has changed. */
  onAnswer(): void
}

/** Begins to list the server at once, and again until it has tools. */
export function openFeed(server: Server, { pool, find, known, onAnswer }: FeedOptions): Feed {
  const closing = new AbortController()
  const keeping = createKeeping(known)
  const pace = createPace(ask)
  let asking: Promise<void> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let again = false
  let failures = 0

  function refresh(): void {
    if (asking) again = true
    else pace.soon()
  }

  function ask(): void {
    asking ??= list().finally(() => {
      asking = undefined
      askedAt = performance.now()
      if (again && !closing.signal.aborted) refresh()
    })
  }

  async function list(): Promise<void> {
    again = false
    const found = await listServer(server, { pool, find, signal: closing.signal }).catch(error =>
      unlisted(server, error),
    )
    if (closing.signal.aborted) return
    if (keeping.keep(found)) onAnswer()
    failures = found.missing ? failures + 1 : 0
    if (found.missing && !again) pace.in(Math.min(pauseAfter(failures), keeping.left()))
  }

  ask()
  return {
    server,
    latest: keeping.latest,
    refresh,
    async look() {
      if (performance.now() - askedAt < LOOK_PAUSE) return
      failures = 0
      ask()
      await asking
    },
    close() {
      pace.close()
      closing.abort()
    },
  }
}

/** Milliseconds after a list in which look() does not list again. */
const LOOK_PAUSE = 250

/** Milliseconds before a server without tools is asked again. */
const PAUSES = [250, 500, 1_000, 1_000, 2_000, 5_000]

function pauseAfter(failures: number): number {
  return PAUSES[Math.min(failures, PAUSES.length) - 1] ?? 0
}

/** A restarting server keeps its tools for a while; calls wait for it, too. */
function createKeeping(known: ServerTools | undefined) {
  let latest: ServerTools | undefined
  let held = known
  let gone: ToolListing | undefined
  let awaySince: number | undefined

  /** Milliseconds until its tools are dropped; Infinity if none are held. */
  function left(): number {
    if (!held || awaySince === undefined) return Number.POSITIVE_INFINITY
    return Math.max(0, awaySince + TIMEOUTS.restart - performance.now())
  }

  return {
    latest: () => latest,
    left,
    /** Whether `latest` may have changed. */
    keep(found: ServerTools): boolean {
      if (found.listing) {
        awaySince = undefined
        held = found.missing ? undefined : found
        gone = undefined
        latest = found
        return true
      }
      awaySince ??= performance.now()
      if (left() <= 0) {
        gone ??= held?.listing
        held = undefined
      }
      if (held && !held.isKnown) return false
      latest = held ? { ...held, ...found } : { ...found, ...(gone && { gone }) }
      return true
    },
  }
}

function unlisted(server: Server, error: unknown): ServerTools {
  const hint = error instanceof SupportError ? (error.hint ?? '') : ''
  return {
    server,
    missing: { server: server.name, state: 'unhealthy', reason: redact(reasonOf(error)), hint: redact(hint) },
  }
}
