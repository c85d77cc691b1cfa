// The only file that opens the port.

import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { SupportError } from '../../base/errors.ts'
import { portHolder } from '../../runtimes/port-holder.ts'
import { type CrowdLimits, watchCrowd } from './crowd.ts'

export interface Listening {
  /** Takes no more connections, and waits for the requests that are running, at most `ms` milliseconds. */
  close(ms: number): Promise<void>
}

const HOST = '127.0.0.1'

/** Milliseconds in which a request's header must arrive, and all of it; and between two checks of that. */
const TIMES = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 1_000 }

/**
 * Throws `usage` if the port is taken, naming the program that holds it: no other port is taken instead, and trying again
 * would not help.
 *
 * @param limits of connections (default: LIMITS)
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
  limits?: CrowdLimits,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch, hostname: HOST, serverOptions: TIMES }) as Server
  const { endIdle } = watchCrowd(server, limits)
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
