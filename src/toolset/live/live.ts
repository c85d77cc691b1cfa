// A customer's toolset that follows its servers, for clients that stay.

import type { Customer } from '../../config/project.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import { assembled, type BuildOptions, type ServedToolset } from '../build/build.ts'
import type { ServerTools } from '../build/list.ts'
import { type Feed, openFeed } from './feed.ts'

export interface LiveToolset {
  /**
   * The newest generation. While servers have never answered, it waits for them: at most `patience` after the last one that
   * did. The others are then `missing`, and a change follows when they answer.
   */
  current(): Promise<ServedToolset>
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
}

/** Milliseconds to wait for the first server that answers. */
const MOST_WAIT = 10_000
const PATIENCE = 50

/** Connects to all servers at once, and stays connected. */
export function openLive(customer: Customer, options: LiveOptions): LiveToolset {
  const { pool, find, patience = PATIENCE } = options
  const listeners = new Set<() => void>()
  let answered = Promise.withResolvers<void>()
  let answeredAt = 0
  let generation = 0
  let latest: { toolset: ServedToolset; shape: string } | undefined

  const feeds = customer.servers.map(server => openFeed(server, { pool, find, onAnswer }))

  function onAnswer(): void {
    answeredAt = performance.now()
    answered.resolve()
    answered = Promise.withResolvers()
    // Nobody has seen a list yet that could have changed.
    if (latest) publish()
  }

  function publish(): ServedToolset {
    const toolset = assembled(
      customer,
      feeds.map(seenOf),
      { ...options, generation: generation + 1 },
      () => undefined,
    )
    const shape = shapeOf(toolset)
    if (shape === latest?.shape) return latest.toolset
    const isFirst = latest === undefined
    generation += 1
    latest = { toolset, shape }
    if (!isFirst) for (const listener of listeners) listener()
    return toolset
  }

  async function enough(): Promise<void> {
    const end = performance.now() + MOST_WAIT
    while (feeds.some(feed => feed.latest() === undefined)) {
      const isAny = feeds.some(feed => feed.latest() !== undefined)
      const left = Math.min(end, isAny ? answeredAt + patience : end) - performance.now()
      if (left <= 0) return
      await firstOf(answered.promise, left)
    }
  }

  return {
    async current() {
      await enough()
      return latest?.toolset ?? publish()
    },
    refresh(server) {
      for (const feed of feeds) if (server === undefined || feed.server.name === server) feed.refresh()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      for (const feed of feeds) feed.close()
      listeners.clear()
    },
  }
}

function seenOf({ server, latest }: Feed): ServerTools {
  const { name } = server
  const missing = { server: name, state: 'starting', reason: 'it has not answered yet', hint: '' }
  return latest() ?? { server, missing }
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
