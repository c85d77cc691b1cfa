// A running server: the doors, the port, the socket, and the configuration that it follows.

import type { Socket } from 'node:net'
import { openTokens } from '../access/tokens/tokens.ts'
import type { App } from '../app.ts'
import { reasonOf } from '../base/errors.ts'
import { packageVersion } from '../base/package-root.ts'
import { redactedLine } from '../base/redact.ts'
import { pause, waitFor } from '../base/waiting/wait.ts'
import { localPrincipal } from './door.ts'
import { type Doors, openDoors } from './doors.ts'
import { openIdentities } from './http/identity.ts'
import type { Listening } from './http/listen.ts'
import { openMeter } from './meter.ts'
import { openFigures } from './metrics/figures.ts'
import { follow } from './running/follow.ts'
import { keepPort, socketPath } from './running/place.ts'
import { type CarriedOut, listenOnSocket, type ServeCommand, type SocketServer } from './running/socket.ts'
import { statusOf } from './running/status.ts'

export interface ServeOptions {
  port: number
  /** Origins whose web pages may call. */
  origins: readonly string[]
  /** Gets the lines of the log. */
  log(text: string): void
  /** Called when the port is open. */
  onOpen?(): void
}

/** Milliseconds in which requests in progress may end. */
const DRAIN = 10_000
/** Milliseconds after the start until the library of the metrics is loaded. */
const LOAD_FIGURES = 1_000
/** Longest line of the log, in characters. */
const LONGEST_LINE = 1_000
/** Milliseconds in which the last answers are sent. */
const FLUSH = 50

/**
 * Opens all doors, and serves until `signal` fires or `serve stop` ends it. Throws `usage` if the port is taken.
 *
 * @param first the configuration at the start; closed by the caller
 */
export async function serve(first: App, options: ServeOptions, signal: AbortSignal): Promise<void> {
  const { port, origins } = options
  // A client's text in it could forge lines or move the cursor.
  const log = (text: string) => options.log(redactedLine(text, LONGEST_LINE))
  const { folder } = first.stack.state
  const since = new Date().toISOString()
  const stopping = new AbortController()
  const stop = AbortSignal.any([signal, stopping.signal])
  const ending = new AbortController()
  const figures = openFigures()
  const meter = openMeter(figures)
  const doors = openDoors(log, meter)
  const tokens = openTokens(folder)
  const identities = openIdentities(`http://127.0.0.1:${port}`)
  identities.become(first.project.identity)
  const onFault = (error: Error) => log(`fault: ${reasonOf(error)}`)
  async function openEntrances(): Promise<[Listening, SocketServer]> {
    // Loaded while the servers answer.
    const { openHttp } = await import('./http/http.ts')
    const listening = await openHttp({ doors, tokens, identities, meter, figures, origins, onFault }, port)
    const socket = listenOnSocket(socketPath(folder), async command => {
      if (command.kind === 'attach') return attach(doors, command, { end: ending.signal, log })
      if (command.kind === 'status') return { answer: statusOf(doors, meter, { port, since }) }
      stopping.abort()
      return { answer: { pid: process.pid } }
    }).catch(async error => {
      await listening.close(0)
      throw error
    })
    return [listening, await socket]
  }
  const opening = doors.become(first)
  const [listening, socket] = await openEntrances().catch(async error => {
    await opening
    await doors.close()
    throw error
  })
  keepPort(folder, port)
  async function become(app: App): Promise<void> {
    await doors.become(app)
    identities.become(app.project.identity)
  }
  try {
    options.onOpen?.()
    await opening
    // Later: the first clients are waiting.
    setTimeout(figures.load, LOAD_FIGURES).unref()
    await follow(first, { doors, tokens, become, log }, stop)
  } finally {
    const closed = listening.close(DRAIN)
    await waitFor(() => meter.running() === 0, { every: 20, most: DRAIN })
    await pause(FLUSH)
    ending.abort()
    // Ends the streams of sessions, which would stay open otherwise.
    await doors.close()
    await Promise.all([closed, socket.close()])
  }
}

async function attach(
  doors: Doors,
  { customer, role }: ServeCommand & { kind: 'attach' },
  { end, log }: { end: AbortSignal; log(text: string): void },
): Promise<CarriedOut> {
  const place = await doors.of(customer)
  if (!place) {
    const hint = 'run `supportmax serve status` to see its doors'
    return { answer: { error: `the running serve has no door for ${customer}`, hint } }
  }
  const { served, onChange } = place
  const onProblem = (error: Error) => log(`${customer}: ${error.message}`)
  const by = localPrincipal(role)
  const { serveOnStreams } = await import('../mcp/serving/stdio.ts')
  const takeOver = (socket: Socket) => {
    const serving = { served, by, input: socket, output: socket, onChange, onProblem }
    const onGone = served.onClient?.()
    void serveOnStreams(serving, end).finally(() => {
      onGone?.()
      socket.destroy()
    })
  }
  return { answer: { customer, version: packageVersion() }, takeOver }
}
