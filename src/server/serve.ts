// A running server: the doors, the port, the socket, and the configuration that it follows.

import type { Socket } from 'node:net'
import { type DoorTokens, isValid, openTokens } from '../access/tokens/tokens.ts'
import type { App } from '../app.ts'
import { reasonOf } from '../base/errors.ts'
import { fileStamp } from '../base/files.ts'
import { pause } from '../base/waiting/wait.ts'
import { serveOnStreams } from '../mcp/serving/stdio.ts'
import { localPrincipal } from './door.ts'
import { type Doors, openDoors } from './doors.ts'
import { createEntrance } from './http/entrance.ts'
import { type Identities, openIdentities } from './http/identity.ts'
import { listen } from './http/listen.ts'
import { createRoutes } from './http/routes.ts'
import { keepPort, socketPath } from './running/place.ts'
import { type Granted, listenOnSocket, type Wish } from './running/socket.ts'
import { statusOf } from './running/status.ts'

export interface ServeOptions {
  port: number
  /** Origins of web pages that may call. */
  origins: readonly string[]
  /** For what is worth a line in the log. */
  log(text: string): void
  /** Called when the port is open. */
  onOpen?(): void
}

/** Milliseconds between two looks at the configuration and the tokens. */
const LOOK_EVERY = 500
/** Milliseconds that running requests have to end. */
const DRAIN = 10_000

/**
 * Opens all doors, and serves until `signal` fires or somebody wishes it to stop. Throws `usage` if the port is taken.
 *
 * @param first the configuration at the start; closed by the caller
 */
export async function serve(first: App, options: ServeOptions, signal: AbortSignal): Promise<void> {
  const { port, origins, log } = options
  const { folder } = first.stack.state
  const since = new Date().toISOString()
  const stopping = new AbortController()
  const stop = AbortSignal.any([signal, stopping.signal])
  const doors = openDoors(log)
  const tokens = openTokens(folder)
  const findToken = (token: string, customer: string) =>
    doors.has(customer) ? tokens.find(token, customer) : undefined
  const onFault = (error: Error) => log(`fault: ${reasonOf(error)}`)
  const identities = openIdentities(`http://127.0.0.1:${port}`)
  identities.become(first.project.identity)
  const entrance = createEntrance({ findToken, identity: identities.current, origins })
  const listening = await listen(createRoutes({ doors, entrance, origins, onFault }), port)
  keepPort(folder, port)
  const socket = await listenOnSocket(socketPath(folder), async wish => {
    if (wish.kind === 'attach') return attach(doors, wish, { stop, log })
    if (wish.kind === 'status') return { answer: await statusOf(doors, { port, since }) }
    stopping.abort()
    return { answer: { pid: process.pid } }
  })
  try {
    options.onOpen?.()
    await doors.become(first)
    await follow(first, { doors, identities, tokens, log }, stop)
  } finally {
    await listening.close(DRAIN)
    await socket.close()
    await doors.close()
  }
}

async function attach(
  doors: Doors,
  { customer, role }: Wish & { kind: 'attach' },
  { stop, log }: { stop: AbortSignal; log(text: string): void },
): Promise<Granted> {
  const place = await doors.of(customer)
  if (!place) {
    const hint = 'run `supportmax customers` to see which there are'
    return { answer: { error: `no customer ${JSON.stringify(customer)} is served`, hint } }
  }
  const { served, onChange } = place
  const onProblem = (error: Error) => log(`${customer}: ${error.message}`)
  const by = localPrincipal(role)
  const goOn = (socket: Socket) => {
    const serving = { served, by, input: socket, output: socket, onChange, onProblem }
    void serveOnStreams(serving, stop).finally(() => socket.destroy())
  }
  return { answer: { customer }, goOn }
}

interface Followed {
  doors: Doors
  identities: Identities
  tokens: DoorTokens
  log(text: string): void
}

/** Keeps the doors those of the file, and ends the sessions of tokens that are no longer good. */
async function follow(
  first: App,
  { doors, identities, tokens, log }: Followed,
  stop: AbortSignal,
): Promise<void> {
  let app = first
  let seen = first.configStamp
  while (!stop.aborted) {
    await pause(LOOK_EVERY, stop).catch(() => {})
    await endRevoked(doors, tokens)
    const stamp = fileStamp(app.project.file)
    if (stop.aborted || stamp === seen) continue
    seen = stamp
    try {
      const next = app.reopen()
      await doors.become(next)
      identities.become(next.project.identity)
      if (app !== first) await app.close()
      app = next
      log('the configuration has changed; its doors are open')
    } catch (error) {
      log(
        `the configuration has changed, but cannot be used: ${reasonOf(error)}; the doors stay as they were`,
      )
    }
  }
  if (app !== first) await app.close()
}

/** A revoked token opens nothing from then on; this ends what it has opened. */
async function endRevoked(doors: Doors, tokens: DoorTokens): Promise<void> {
  const open = doors.all().filter(({ http }) => http.sessions() > 0)
  if (open.length === 0) return
  const good = new Set(goodTokens(tokens).map(one => `token:${one.id}`))
  await Promise.all(open.map(({ http }) => http.endOf(({ id }) => id.startsWith('token:') && !good.has(id))))
}

/** None if their file cannot be read: then no token opens a door. */
function goodTokens(tokens: DoorTokens) {
  try {
    return tokens.list().filter(one => isValid(one))
  } catch {
    return []
  }
}
