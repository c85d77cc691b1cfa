// Who may stay connected to the port. A client that sends its request at once and reads its answer always may.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface Crowd {
  /** Ends the connections on which no request is running. */
  endIdle(): void
}

export interface CrowdLimits {
  /** Connections at once; each client has one or two. */
  most: number
  /** Of those, without a first request. A well-behaved client is one of them only for a moment. */
  mostWaiting: number
  /** Milliseconds after which a client that reads nothing of its answer has gone. It can take twice as long. */
  stalled: number
  /** Unread bytes of answers to all clients that read nothing. */
  mostUnread: number
}

export const LIMITS: CrowdLimits = {
  most: 4_096,
  mostWaiting: 1_024,
  stalled: 15_000,
  mostUnread: 128 * 1024 * 1024,
}

/** Milliseconds in which a client that still reads has read something. */
const LOOK_EVERY = 1_000

/**
 * Beyond the limits, those that have waited longest are ended: Node's `maxConnections` would refuse the newest, so that clients
 * that send nothing keep the others out.
 */
export function watchCrowd(server: Server, limits: CrowdLimits = LIMITS): Crowd {
  const { most, mostWaiting, stalled, mostUnread } = limits
  /** The one that has waited longest is first. */
  const waiting = new Set<Socket>()
  const idle = new Set<Socket>()
  /** Requests that are running. */
  const busy = new Map<Socket, number>()

  function forget(socket: Socket): void {
    for (const sockets of [waiting, idle, busy]) sockets.delete(socket)
  }

  function makeRoom(newest: Socket): void {
    const isFull = waiting.size + idle.size + busy.size > most
    if (!isFull && waiting.size <= mostWaiting) return
    const [longest = newest] = waiting
    const [unused = longest] = idle
    // Only the newest one waits.
    const ended = longest === newest && isFull ? unused : longest
    // At once: several can come before the next event.
    forget(ended)
    ended.destroy()
  }

  server.on('connection', (socket: Socket) => {
    waiting.add(socket)
    socket.once('close', () => forget(socket))
    makeRoom(socket)
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.delete(socket)
    idle.delete(socket)
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1
      if (left > 0) return void busy.set(socket, left)
      busy.delete(socket)
      if (!socket.destroyed) idle.add(socket)
    })
  })
  // Node calls this after that time without a byte in either direction, also while a connection waits for its next request.
  server.timeout = stalled
  server.on('timeout', (socket: Socket) => {
    const isQuiet = busy.has(socket) && socket.writableLength === 0
    // A stream without messages, or an answer that takes a while.
    if (isQuiet) socket.setTimeout(stalled)
    else socket.destroy()
  })
  const looking = setInterval(unreadLooker(busy, mostUnread), LOOK_EVERY).unref()
  server.once('close', () => clearInterval(looking))
  return {
    endIdle() {
      for (const socket of [...waiting, ...idle]) socket.destroy()
    },
  }
}

/** Ends those that have read nothing between two looks, the largest first, until the others hold less than `most`. */
function unreadLooker(sockets: ReadonlyMap<Socket, number>, most: number): () => void {
  let before = new Map<Socket, string>()
  return () => {
    const holding = [...sockets.keys()].filter(socket => socket.writableLength > 0)
    const now = new Map(holding.map(socket => [socket, `${socket.bytesWritten} ${socket.writableLength}`]))
    const deaf = holding.filter(socket => now.get(socket) === before.get(socket))
    before = now
    let unread = deaf.reduce((sum, socket) => sum + socket.writableLength, 0)
    for (const socket of deaf.toSorted((a, b) => b.writableLength - a.writableLength)) {
      if (unread <= most) return
      unread -= socket.writableLength
      socket.destroy()
    }
  }
}
