// A client that can be asked things by servers has connections of its own, so that the questions reach it and no other.

import type { Server, ServerContext } from '@modelcontextprotocol/server'
import { withoutSecrets } from '../../base/redact.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { ServerListener } from '../connection.ts'
import type { ConnectionPool } from '../pool.ts'
import { anyResult } from '../wire/result.ts'
import type { ServedDoor } from './served.ts'

/** Features of clients that servers use, and that we pass on. */
const FEATURES = ['elicitation', 'sampling', 'roots'] as const

/** What makes a client need its own connections. */
const NEEDED = new Set(['logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])

export interface OwnConnections {
  /** Of the client of this session, if it has or now needs some. */
  poolFor(method: string): ConnectionPool | undefined
  /** While `work` runs, questions of servers are sent as parts of this request. */
  during<T>(context: ServerContext, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** For a client of the older era, which stays connected. */
export function ownConnections(server: Server, { openOwn, edition }: ServedDoor): OwnConnections {
  const running: ServerContext[] = []
  let pool: ConnectionPool | undefined
  let opened: unknown

  function open(): ConnectionPool | undefined {
    if (edition?.() !== opened) {
      void pool?.close()
      pool = undefined
      opened = edition?.()
    }
    pool ??= openOwn?.(listenerFor(server, () => running.at(-1)))
    return pool
  }

  return {
    poolFor(method) {
      const { elicitation, sampling } = server.getClientCapabilities() ?? {}
      const isNeeded = elicitation !== undefined || sampling !== undefined || NEEDED.has(method)
      return isNeeded || pool ? open() : undefined
    },
    async during(context, work) {
      running.push(context)
      try {
        return await work()
      } finally {
        running.splice(running.indexOf(context), 1)
      }
    },
    async close() {
      await pool?.close()
    },
  }
}

function listenerFor(server: Server, current: () => ServerContext | undefined): ServerListener {
  const declared = (server.getClientCapabilities() ?? {}) as Record<string, object | undefined>
  return {
    isOlder: true,
    capabilities: Object.fromEntries(
      FEATURES.flatMap(name => (declared[name] === undefined ? [] : [[name, declared[name]] as const])),
    ),
    async onRequest(method, params, signal) {
      const options = { signal, timeout: TIMEOUTS.elicitation }
      const request = { method, params: withoutSecrets(params) }
      const context = current()
      return context
        ? context.mcpReq.send(request, anyResult, options)
        : server.request(request, anyResult, options)
    },
    onNotice(method, params) {
      // The door itself tells every client about changed lists.
      if (method.endsWith('/list_changed') || !PASSED.has(method)) return
      const notice = { method, params: withoutSecrets(params) } as Parameters<typeof server.notification>[0]
      const context = method === 'notifications/resources/updated' ? undefined : current()
      const sent = context ? context.mcpReq.notify(notice) : server.notification(notice)
      sent.catch(() => {})
    },
  }
}

/** Progress is passed on with its request. */
const PASSED = new Set([
  'notifications/message',
  'notifications/resources/updated',
  'notifications/elicitation/complete',
  'notifications/tasks/status',
])
