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
  /** Of those: without their first request. A well-behaved client is among them for a moment only. */
  mostWaiting: number
  /** Milliseconds after which a client that reads nothing of its answer has gone. It can take twice as long. */
  stalled: number
}

export const LIMITS: CrowdLimits = { most: 4_096, mostWaiting: 1_024, stalled: 15_000 }

/**
 * Beyond the limits, those end that have waited longest: Node's `maxConnections` would turn the newest away, so that clients
 * that send nothing keep the others out.
 */
export function watchCrowd(server: Server, { most, mostWaiting, stalled }: CrowdLimits = LIMITS): Crowd {
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
    // The newest is the only one that waits.
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
  // Node calls this after so long without a byte in either direction, and while a connection is kept for the next request.
  server.timeout = stalled
  server.on('timeout', (socket: Socket) => {
    const isQuiet = busy.has(socket) && socket.writableLength === 0
    // A stream without news, or an answer that takes its time.
    if (isQuiet) socket.setTimeout(stalled)
    else socket.destroy()
  })
  return {
    endIdle() {
      for (const socket of [...waiting, ...idle]) socket.destroy()
    },
  }
}
