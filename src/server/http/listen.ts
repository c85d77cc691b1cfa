// The only file that opens the port.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { SupportError } from '../../base/errors.ts'
import { portHolder } from '../../runtimes/port-holder.ts'

export interface Listening {
  /** Takes no more connections, and waits for the requests that are running, at most `ms` milliseconds. */
  close(ms: number): Promise<void>
}

const HOST = '127.0.0.1'

/** Most connections at once; each client has one or two. */
const MOST_CONNECTIONS = 4_096

/**
 * Throws `usage` if the port is taken, with the program that holds it: it is never replaced by another one, and trying again
 * would not help.
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch, hostname: HOST }) as Server
  // A header must come whole and soon; answers may be streams that stay open.
  server.headersTimeout = 10_000
  server.requestTimeout = 60_000
  server.maxConnections = MOST_CONNECTIONS
  const endIdle = idleEnder(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: HOST, exclusive: true }, resolve)
  }).catch(async (error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? await taken(port) : cannotListen(port, error)
  })
  return {
    async close(ms) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      // A connection becomes idle as soon as its last request has been answered.
      const idle = setInterval(endIdle, 20)
      const timer = setTimeout(() => server.closeAllConnections(), ms)
      await closed
      clearInterval(idle)
      clearTimeout(timer)
    },
  }
}

/** Ends the connections on which no request is running. Node's own counts one without its first request as busy. */
function idleEnder(server: Server): () => void {
  const idle = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket)
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket)
    })
  })
  return () => {
    for (const socket of idle) socket.destroy()
  }
}

async function taken(port: number): Promise<SupportError> {
  const holder = await portHolder(port)
  return new SupportError(
    'usage',
    `port ${port} on ${HOST} is held by ${holder?.name ?? 'another program'}`,
    {
      hint: 'stop that program, or use another port with --port',
    },
  )
}

function cannotListen(port: number, error: NodeJS.ErrnoException): SupportError {
  return new SupportError('usage', `cannot listen on ${HOST}:${port} (${error.code})`, {
    hint: 'use another port with --port',
    cause: error,
  })
}
