// Sockets to one server.

import type { Client } from 'undici'
import { SupportError } from '../../../base/errors.ts'
import { connectorOf, openSockets } from '../../../base/http/sockets/sockets.ts'
import { trustIn } from '../../../base/http/sockets/trust.ts'
import { Fault } from '../../connection.ts'
import type { Endpoint } from '../../endpoint.ts'
import { openOnce, type Sockets } from './proven.ts'
import { send } from './send.ts'

/** Sockets to an external server. Throws a Fault for a file that cannot be read. */
export function socketsTo(endpoint: Endpoint): Sockets {
  const { origin, protocol } = new URL(endpoint.url)
  const dispatcher = readable(() => openSockets(endpoint, { origin, protocol, ...timeoutsOf(endpoint) }))
  return { request: options => send(dispatcher, options), close: () => dispatcher.destroy() }
}

/** One socket to a server of ours, which is never replaced by another one. */
export function openSocket(endpoint: Endpoint): Client {
  const { connect, headers, body } = timeoutsOf(endpoint)
  const options = { allowH2: false, headersTimeout: headers, bodyTimeout: body }
  return openOnce(new URL(endpoint.url).origin, options, connectorOf(trustIn({}), connect))
}

function timeoutsOf({ transport, deadlines }: Endpoint) {
  const idle = deadlines.idle ?? deadlines.call
  // The stream of the SSE transport may be silent for hours; every call has a deadline of its own.
  return { connect: deadlines.connect, headers: idle, body: transport === 'sse' ? 0 : idle }
}

function readable<T>(open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    throw new Fault('unreachable', error.message, { cause: error, remedy: error.hint })
  }
}
