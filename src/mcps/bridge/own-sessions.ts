// A command of its own for each session, for servers that keep something between calls, such as a browser.

import type { Client } from '@modelcontextprotocol/client'
import { ProtocolError } from '@modelcontextprotocol/server'
import { counted } from '../../base/text/amounts.ts'
import type { Log } from '../log.ts'
import type { ChildCommand } from './child.ts'
import { type Relay, type Route, serverOver } from './relay.ts'
import { type Running, startCommand } from './running.ts'

export interface OwnSessions {
  /** Most commands at a time, besides the one that answers lists. */
  most: number
  /** A command that nobody has asked for this long is ended; the next call of its session starts another one. */
  idleMs: number
}

/**
 * Methods that one shared command answers for sessions without a command: lists do not depend on a session, and a client
 * that only lists, such as a probe, must not take a place.
 */
const SHARED = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])

const REFUSED = -32_000

/** A relay whose sessions share only a command for lists; when that ends, the server ends. */
export function openOwnSessions(command: ChildCommand, log: Log, { most, idleMs }: OwnSessions): Relay {
  const shared = startCommand(command, log)
  const places = new Set<Place>()
  /** Commands that are ending; the bridge must outlive them. */
  const leaving = new Set<Promise<void>>()

  function takePlace(): Place {
    if (places.size >= most) throw new ProtocolError(REFUSED, refusal(most, idleMs))
    const place: Place = { running: startCommand(command, log), calls: 0, idle: undefined }
    places.add(place)
    void place.running.ended.then(({ words }) => {
      if (places.has(place)) log('warn', `one session: ${words}`)
      leave(place)
    })
    return place
  }

  function leave(place: Place): void {
    if (!places.delete(place)) return
    clearTimeout(place.idle)
    const closed = place.running.close().finally(() => leaving.delete(closed))
    leaving.add(closed)
  }

  async function busy<T>(place: Place, request: (client: Client) => Promise<T>): Promise<T> {
    clearTimeout(place.idle)
    place.calls++
    try {
      const end = await place.running.ready
      if (end) throw new ProtocolError(REFUSED, end.words)
      return await request(place.running.client)
    } finally {
      place.calls--
      if (place.calls === 0) place.idle = setTimeout(() => leave(place), idleMs).unref()
    }
  }

  return {
    notReady: shared.notReady,
    ended: shared.ended,
    makeServer() {
      let own: Place | undefined
      const route: Route = (method, request) => {
        if (own && !places.has(own)) own = undefined
        if (!own && SHARED.has(method)) return request(shared.client)
        own ??= takePlace()
        return busy(own, request)
      }
      const server = serverOver(shared.client, async (method, request) => route(method, request))
      server.onclose = () => {
        if (own) leave(own)
      }
      return server
    },
    async close() {
      for (const place of [...places]) leave(place)
      await Promise.all([shared.close(), ...leaving])
    },
  }
}

/** The command of one session. */
interface Place {
  running: Running
  /** Requests that it is answering. */
  calls: number
  idle: NodeJS.Timeout | undefined
}

function refusal(most: number, idleMs: number): string {
  const minutes = Math.round(idleMs / 60_000)
  return `all ${counted(most, 'session')} of this server are in use: end one, raise "max_sessions", or wait until one has been idle for ${counted(minutes, 'minute')}`
}
