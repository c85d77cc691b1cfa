// What all servers of a customer list.

import type { Server } from '../../config/project.ts'
import type { ToolListing } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import type { ServerTools } from '../build/list.ts'
import { openFeed } from './feed.ts'

export interface Feeds {
  /** What each server listed, or what is known of it until it answers. */
  seen(): ServerTools[]
  seenOf(server: string): ServerTools | undefined
  /** Resolves when all have answered, or when the others have had `patience` after the last one that did. */
  enough(patience: number): Promise<void>
  /** Lists a server again, soon. */
  refresh(isDue: (seen: ServerTools) => boolean): void
  /** Lists it now; resolves when that is done, or after a moment. */
  look(server: string): Promise<void>
  close(): void
}

interface FeedsOptions {
  pool: ConnectionPool
  find: FindEndpoint
  /** What a server listed last. */
  knownOf(server: Server): ToolListing | undefined
  onAnswer(): void
}

/** Milliseconds to wait for the first server that answers: more if there is nothing to offer until then. */
const MOST_WAIT = 10_000
const MOST_WAIT_KNOWN = 500
/** Milliseconds that a call waits for a look at a server that is gone. */
const MOST_LOOK = 2_000

export function openFeeds(servers: readonly Server[], options: FeedsOptions): Feeds {
  const { pool, find, knownOf } = options
  let answered = Promise.withResolvers<void>()
  let answeredAt = 0
  let isClosed = false

  const feeds = servers.map(server => {
    const known = knownTools(server, knownOf(server))
    const feed = openFeed(server, { pool, find, known, onAnswer })
    return { ...feed, seen: () => feed.latest() ?? known ?? silent(server) }
  })
  const isAllKnown = feeds.every(feed => feed.seen().listing)
  const feedOf = (server: string) => feeds.find(feed => feed.server.name === server)

  function onAnswer(): void {
    answeredAt = performance.now()
    answered.resolve()
    answered = Promise.withResolvers()
    options.onAnswer()
  }

  return {
    seen: () => feeds.map(feed => feed.seen()),
    seenOf: server => feedOf(server)?.seen(),
    async enough(patience) {
      const end = performance.now() + (isAllKnown ? MOST_WAIT_KNOWN : MOST_WAIT)
      while (!isClosed && feeds.some(feed => feed.latest() === undefined)) {
        const isAny = feeds.some(feed => feed.latest() !== undefined)
        const left = Math.min(end, isAny ? answeredAt + patience : end) - performance.now()
        if (left <= 0) return
        await firstOf(answered.promise, left)
      }
    },
    refresh(isDue) {
      for (const feed of feeds) if (isDue(feed.seen())) feed.refresh()
    },
    look: async server => firstOf(feedOf(server)?.look(), MOST_LOOK),
    close() {
      isClosed = true
      for (const feed of feeds) feed.close()
      answered.resolve()
    },
  }
}

function knownTools(server: Server, listing: ToolListing | undefined): ServerTools | undefined {
  if (!listing) return undefined
  return { ...silent(server), listing, isKnown: true }
}

function silent(server: Server): ServerTools {
  const missing = { server: server.name, state: 'starting', reason: 'it has not answered yet', hint: '' }
  return { server, missing }
}

async function firstOf(work: Promise<void> | undefined, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
