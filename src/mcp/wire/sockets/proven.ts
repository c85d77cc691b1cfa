// Sockets to a server that supportmax started.

import { Client } from 'undici'
import { type SocketReply, type SocketRequest, send } from './send.ts'

/** Sends requests to one server. */
export interface Sockets {
  request(options: SocketRequest): Promise<SocketReply>
  close(): Promise<void>
}

/** A socket was lost before its request was sent, and undici wanted to open another one for it. */
class SocketLost extends Error {}

const MOST_TRIES = 3

export interface ProvenSockets extends Sockets {
  /** Proves a socket, unless there is one already. */
  ready(signal?: AbortSignal): Promise<void>
}

/**
 * Every socket is proven before its first request, and carries one request at a time. undici would replace a lost socket
 * unseen, and send the request and its token to whatever listens there by then: here the request waits for a proven one.
 *
 * @param prove opens a socket that leads to the right server, or throws why there is none
 * @param lost is called for every socket that is lost
 */
export function createProvenSockets(
  prove: (signal?: AbortSignal) => Promise<Client>,
  lost: () => void,
): ProvenSockets {
  const all = new Set<Client>()
  const free = new Set<Client>()

  async function take(signal: AbortSignal | undefined): Promise<Client> {
    const [known] = free
    if (known) {
      free.delete(known)
      return known
    }
    const client = await prove(signal)
    all.add(client)
    client.on('disconnect', () => drop(client))
    return client
  }

  function release(client: Client): void {
    if (all.has(client)) free.add(client)
  }

  function drop(client: Client): void {
    if (!all.delete(client)) return
    free.delete(client)
    lost()
    void client.destroy().catch(() => {})
  }

  return {
    async ready(signal) {
      if (all.size === 0) release(await take(signal))
    },
    async request(options) {
      for (let tries = 1; ; tries++) {
        const client = await take(options.signal ?? undefined)
        try {
          // It may have been lost just now.
          if (!all.has(client)) throw new SocketLost('the connection was lost')
          const answer = await send(client, options)
          answer.body.onClosed(() => release(client))
          return answer
        } catch (error) {
          drop(client)
          // Only this error says that the request was not sent: a destroyed client gives its own for both.
          if (!(error instanceof SocketLost) || tries >= MOST_TRIES) throw error
        }
      }
    },
    async close() {
      await Promise.all([...all].map(client => client.destroy()))
    },
  }
}

/** A client that connects once: what comes after a lost socket must be proven anew. */
export function openOnce(origin: string, options: Client.Options, connect: Connector): Client {
  let connected = false
  return new Client(origin, {
    ...options,
    pipelining: 1,
    connect(wanted, callback) {
      if (connected) return callback(new SocketLost('the connection was lost'), null)
      connected = true
      return connect(wanted, callback)
    },
  })
}

type Connector = Extract<NonNullable<Client.Options['connect']>, (...args: never[]) => unknown>
