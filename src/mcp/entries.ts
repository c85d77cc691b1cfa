// The connections of a pool: one for each server, opened for the first request, and closed after the last one.

import { orAborted } from '../base/waiting/aborted.ts'
import { keyText, type ServerKey } from '../config/project.ts'
import { connect } from './connect.ts'
import { type Connection, Fault, type ServerListener } from './connection.ts'
import type { Endpoint, FindEndpoint, Unavailable } from './endpoint.ts'
import { createPauses, type Pauses } from './restart.ts'

export interface Entry {
  key: string
  opening: Promise<Opened | Unavailable>
  /** What `opening` has come to, so that nobody waits for what is there. */
  opened: Opened | undefined
  inUse: number
  dropped: boolean
}

interface Opened {
  endpoint: Endpoint
  connection: Connection
}

export interface Entries {
  /** Fires when the pool is closed. */
  closing: AbortSignal
  /** The connection to a server, opened now unless it is. Stays open until release(). */
  use(key: ServerKey, first?: FindEndpoint): Entry
  release(entry: Entry): void
  /** The next request opens another one. */
  drop(entry: Entry): void
  /** Whether the server has answered in this process. */
  isKnown(key: ServerKey): boolean
  /** As if it had not. */
  forget(key: ServerKey): void
  pausesOf(key: ServerKey): Pauses
  close(): Promise<void>
}

export function openEntries(
  find: FindEndpoint,
  listenerOf: (key: ServerKey) => ServerListener | undefined,
): Entries {
  const entries = new Map<string, Entry>()
  const closing = new AbortController()
  /** Servers that have answered. */
  const known = new Set<string>()
  /** Servers that anybody has asked for. */
  const met = new Set<string>()
  const pauses = new Map<string, Pauses>()

  function pausesOf(key: ServerKey): Pauses {
    const own = pauses.get(keyText(key)) ?? createPauses(closing.signal)
    pauses.set(keyText(key), own)
    return own
  }

  function entryOf(key: ServerKey, first = find): Entry {
    const open = entries.get(keyText(key))
    if (open) return open
    const listener = listenerOf(key)
    if (listener?.isExpected && !met.has(keyText(key))) known.add(keyText(key))
    met.add(keyText(key))
    const entry: Entry = {
      key: keyText(key),
      opening: openEndpoint(key, { first, again: find, listener }, closing.signal),
      opened: undefined,
      inUse: 0,
      dropped: false,
    }
    entries.set(entry.key, entry)
    // An unavailable or failed server is tried again next time.
    entry.opening
      .then(opened => {
        if ('state' in opened) return drop(entry)
        entry.opened = opened
        known.add(entry.key)
      })
      .catch(() => drop(entry))
    return entry
  }

  function drop(entry: Entry): void {
    if (entries.get(entry.key) === entry) entries.delete(entry.key)
    entry.dropped = true
    if (entry.inUse === 0) void closeEntry(entry)
  }

  return {
    closing: closing.signal,
    use(key, first) {
      const entry = entryOf(key, first)
      entry.inUse++
      return entry
    },
    release(entry) {
      entry.inUse--
      if (entry.dropped && entry.inUse === 0) void closeEntry(entry)
    },
    drop,
    isKnown: key => known.has(keyText(key)),
    forget: key => known.delete(keyText(key)),
    pausesOf,
    async close() {
      closing.abort()
      for (const entry of [...entries.values()].reverse()) await closeEntry(entry)
      entries.clear()
    },
  }
}

async function openEndpoint(
  key: ServerKey,
  {
    first,
    again,
    listener,
  }: { first: FindEndpoint; again: FindEndpoint; listener: ServerListener | undefined },
  signal: AbortSignal,
): Promise<Opened | Unavailable> {
  if (signal.aborted) throw new Fault('closed', 'supportmax is shutting down')
  const endpoint = await first(key, signal)
  if ('state' in endpoint) return endpoint
  if (keyText(endpoint) !== keyText(key))
    throw new Error(`got the endpoint of ${keyText(endpoint)} for ${keyText(key)}`)
  const findAgain = (signal?: AbortSignal) => again(key, signal)
  return { endpoint, connection: await connect({ ...endpoint, findAgain }, signal, listener) }
}

async function closeEntry(entry: Entry): Promise<void> {
  const opened = await entry.opening.catch(() => undefined)
  if (opened && 'connection' in opened) await opened.connection.close()
}

/** orAborted() with a Fault: one caller's cancel must not take the connection from the others. */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return orAborted(work, signal).catch(error => {
    throw signal?.aborted ? new Fault('cancelled', 'cancelled') : error
  })
}
