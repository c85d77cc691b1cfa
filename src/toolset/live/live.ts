// A customer's toolset that follows its servers, for clients that stay.

import type { Customer, Server } from '../../config/project.ts'
import type { ToolListing } from '../../mcp/connection.ts'
import type { FindEndpoint } from '../../mcp/endpoint.ts'
import { assembled, type BuildOptions, type ServedToolset } from '../build/build.ts'
import { openFeeds } from './feeds.ts'

export interface LiveToolset {
  /**
   * The newest generation. While servers have never answered, it waits for them: at most `patience` after the last one that
   * did. The others are then `missing`, with the tools that are known of them, and a change follows when they answer.
   */
  current(): Promise<ServedToolset>
  /**
   * The same for a call of this tool. If its server is gone, the call is a reason to look for it at once, which takes a moment
   * at most.
   */
  currentFor(name: unknown): Promise<ServedToolset>
  /** What there is now, without waiting for a server. */
  peek(): Pick<ServedToolset, 'tools' | 'missing'>
  /** Whether this server does not answer now, or has nothing to offer. */
  isMissing(server: string): boolean
  /** What this server has listed; undefined if nothing. */
  listingOf(server: string): ToolListing | undefined
  /** Lists a server again, or all of them: it may have changed. */
  refresh(server?: string): void
  /** Lists the servers again that are missing, without waiting for them. */
  refreshMissing(): void
  /** Calls back whenever current() has become another generation. Returns a function that ends it. */
  onChange(listener: () => void): () => void
  /** Ends the calls of all generations, even those that wait for an approval. */
  close(): void
}

export interface LiveOptions extends Omit<BuildOptions, 'find' | 'signal' | 'retired' | 'generation'> {
  find: FindEndpoint
  /** Milliseconds (default: 50). */
  patience?: number | undefined
  /** What a server listed last, which is offered until it answers (default: nothing). */
  knownOf?: ((server: Server) => ToolListing | undefined) | undefined
  /** A text that changes when a person has accepted tools or definitions (default: never). */
  stampOf?: (() => string) | undefined
  /** Called with a fault of our own, after which the older generation stays (default: it is not reported). */
  onFault?: ((error: unknown) => void) | undefined
}

/** Milliseconds. */
const PATIENCE = 50
/** Milliseconds between two looks at what was accepted. */
const LOOK_EVERY = 500

/** Connects to all servers at once, and stays connected. */
export function openLive(customer: Customer, options: LiveOptions): LiveToolset {
  const { pool, find, patience = PATIENCE, knownOf = () => undefined } = options
  const { stampOf = () => '', onFault = () => {} } = options
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  let generation = 0
  let latest: { toolset: ServedToolset; shape: string; stamp: string } | undefined
  // Before the first list, nobody has seen anything that could have changed.
  const onAnswer = () => publishIf(() => latest !== undefined)
  const feeds = openFeeds(customer.servers, { pool, find, knownOf, onAnswer })
  const looking = setInterval(() => {
    publishIf(() => latest !== undefined && stampOf() !== latest.stamp)
  }, LOOK_EVERY).unref()

  /** Nobody waits for it, and a fault must not end the process, which serves other customers. */
  function publishIf(isDue: () => boolean): void {
    try {
      if (isDue()) publish()
    } catch (error) {
      onFault(error)
    }
  }

  function assemble(): ServedToolset {
    const now = { generation: generation + 1, retired: closing.signal }
    return assembled(customer, feeds.seen(), { ...options, ...now }, () => undefined)
  }

  function publish(): ServedToolset {
    const stamp = stampOf()
    const toolset = assemble()
    const shape = shapeOf(toolset)
    if (shape === latest?.shape && stamp === latest.stamp) return latest.toolset
    const isFirst = latest === undefined
    generation += 1
    latest = { toolset, shape, stamp }
    if (!isFirst) for (const listener of listeners) listener()
    return toolset
  }

  async function current(): Promise<ServedToolset> {
    // Nobody waits twice.
    if (!latest) await feeds.enough(patience)
    return latest?.toolset ?? publish()
  }

  return {
    current,
    async currentFor(name) {
      const toolset = await current()
      const server = toolset.goneServerOf(name)
      if (server === undefined) return toolset
      await feeds.look(server)
      return current()
    },
    peek: () => latest?.toolset ?? assemble(),
    isMissing: name => feeds.seenOf(name)?.missing !== undefined,
    listingOf: name => feeds.seenOf(name)?.listing,
    refresh: name => feeds.refresh(({ server }) => name === undefined || server.name === name),
    refreshMissing: () => feeds.refresh(({ missing }) => missing !== undefined),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      clearInterval(looking)
      feeds.close()
      listeners.clear()
      closing.abort()
    },
  }
}

/** What a client can see of a generation. */
function shapeOf({ definitions, missing }: ServedToolset): string {
  return JSON.stringify([[...definitions.values()], missing])
}
