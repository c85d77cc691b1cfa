// A customer's toolset that follows its servers, for clients that stay.

import type { Customer, Server } from '../../config/project.ts'
import type { ToolListing } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import { assembled, type BuildOptions, type ServedToolset } from '../build/build.ts'
import type { ServerTools } from '../build/list.ts'
import { openFeed } from './feed.ts'

export interface LiveToolset {
  /**
   * The newest generation. While servers have never answered, it waits for them: at most `patience` after the last one that
   * did. The others are then `missing`, with the tools that are known of them, and a change follows when they answer.
   */
  current(): Promise<ServedToolset>
  /** What this server has listed; undefined if nothing. */
  listingOf(server: string): ToolListing | undefined
  /** Lists a server again, or all of them: it may have changed. */
  refresh(server?: string): void
  /** Calls back whenever current() has become another generation. Returns a function that ends it. */
  onChange(listener: () => void): () => void
  close(): void
}

export interface LiveOptions extends Omit<BuildOptions, 'find' | 'signal' | 'generation'> {
  find: FindEndpoint
  /** Milliseconds (default: 50). */
  patience?: number | undefined
  /** What a server listed the last time, which is offered until it answers (default: nothing). */
  knownOf?: ((server: Server) => ToolListing | undefined) | undefined
  /** A text that changes when a person has accepted tools or definitions (default: never). */
  stampOf?: (() => string) | undefined
}

/** Milliseconds to wait for the first server that answers: more if there is nothing to offer until then. */
const MOST_WAIT = 10_000
const MOST_WAIT_KNOWN = 500
const PATIENCE = 50
/** Milliseconds between two looks at what was accepted. */
const LOOK_EVERY = 500

/** Connects to all servers at once, and stays connected. */
export function openLive(customer: Customer, options: LiveOptions): LiveToolset {
  const { pool, find, patience = PATIENCE, stampOf = () => '' } = options
  const listeners = new Set<() => void>()
  let answered = Promise.withResolvers<void>()
  let answeredAt = 0
  let generation = 0
  let latest: { toolset: ServedToolset; shape: string; stamp: string } | undefined
  let isClosed = false

  const feeds = customer.servers.map(server => {
    const known = knownTools(server, options.knownOf?.(server))
    const feed = openFeed(server, { pool, find, known, onAnswer })
    return { ...feed, seen: () => feed.latest() ?? known ?? silent(server) }
  })
  const isAllKnown = feeds.every(feed => feed.seen().listing)
  const looking = setInterval(() => {
    if (latest && stampOf() !== latest.stamp) publish()
  }, LOOK_EVERY).unref()

  function onAnswer(): void {
    answeredAt = performance.now()
    answered.resolve()
    answered = Promise.withResolvers()
    // Nobody has seen a list yet that could have changed.
    if (latest) publish()
  }

  function publish(): ServedToolset {
    const stamp = stampOf()
    const toolset = assembled(
      customer,
      feeds.map(feed => feed.seen()),
      { ...options, generation: generation + 1 },
      () => undefined,
    )
    const shape = shapeOf(toolset)
    if (shape === latest?.shape && stamp === latest.stamp) return latest.toolset
    const isFirst = latest === undefined
    generation += 1
    latest = { toolset, shape, stamp }
    if (!isFirst) for (const listener of listeners) listener()
    return toolset
  }

  async function enough(): Promise<void> {
    const end = performance.now() + (isAllKnown ? MOST_WAIT_KNOWN : MOST_WAIT)
    while (!isClosed && feeds.some(feed => feed.latest() === undefined)) {
      const isAny = feeds.some(feed => feed.latest() !== undefined)
      const left = Math.min(end, isAny ? answeredAt + patience : end) - performance.now()
      if (left <= 0) return
      await firstOf(answered.promise, left)
    }
  }

  return {
    async current() {
      // Nobody waits twice.
      if (!latest) await enough()
      return latest?.toolset ?? publish()
    },
    listingOf: name => feeds.find(feed => feed.server.name === name)?.seen().listing,
    refresh(server) {
      for (const feed of feeds) if (server === undefined || feed.server.name === server) feed.refresh()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      isClosed = true
      clearInterval(looking)
      for (const feed of feeds) feed.close()
      listeners.clear()
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

/** What a client can see of a generation. */
function shapeOf({ definitions, missing }: ServedToolset): string {
  return JSON.stringify([[...definitions.values()], missing])
}

async function firstOf(work: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
