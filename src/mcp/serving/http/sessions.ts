// Sessions of the older era: one for each client. Only the principal that opened a session can use it.

import { randomUUID } from 'node:crypto'
import { isInitializeRequest, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { Principal } from '../../../access/principal.ts'
import { INVALID_REQUEST } from '../../../base/http/rpc-codes.ts'
import { isRecord } from '../../../base/records.ts'
import type { ServedDoor } from '../served.ts'
import { type ServerFor, serverFor } from '../server.ts'
import { tellOfChange } from '../stdio.ts'
import { ID_IN_USE, type InFlight, inFlight } from './in-flight.ts'
import { answerPlainCall, olderPlainCall, type PlainCall } from './plain-call.ts'
import { refusal } from './refusal.ts'
import { bounded } from './unread.ts'

export interface Sessions {
  /** The answer to a call that needs nothing but its answer; undefined for any other request. */
  plainCall(request: Request, body: unknown, by: Principal): Promise<Response> | undefined
  fetch(request: Request, body: unknown, by: Principal): Promise<Response>
  /** Tells every client that lists have changed. */
  tellOfChange(): void
  count(): number
  /** Ends the sessions of these principals. */
  endOf(isGone: (by: Principal) => boolean): Promise<void>
  close(): Promise<void>
}

interface Session extends ServerFor {
  by: Principal
  transport: SessionTransport
  /** Requests being answered now, the stream of our messages among them. */
  busy: number
  /** As performance.now() counts. */
  usedAt: number
  /** Plain calls that are running, by the id of their request. */
  plain: Map<unknown, AbortController>
  onGone: (() => void) | undefined
}

/** Tells which requests have been answered. */
class SessionTransport extends WebStandardStreamableHTTPServerTransport {
  readonly inFlight: InFlight = inFlight()

  override send(...sent: Parameters<WebStandardStreamableHTTPServerTransport['send']>): Promise<void> {
    this.inFlight.answered(sent[0])
    return super.send(...sent)
  }
}

/** More clients at once than any machine of one person has. */
const MOST_SESSIONS = 1_000
/** Milliseconds without use after which a session is ended; between two looks. */
const MOST_IDLE = 1_800_000
const LOOK_EVERY = 60_000

export function openSessions(served: ServedDoor): Sessions {
  /** The one that was used last is at the end. */
  const sessions = new Map<string, Session>()

  function end(id: string): Promise<unknown> {
    const session = sessions.get(id)
    sessions.delete(id)
    session?.onGone?.()
    for (const call of session?.plain.values() ?? []) call.abort()
    return Promise.allSettled([session?.server.close(), session?.own?.close()])
  }

  /** The session ends with the last token that it was used with: a client gets new ones. */
  function touch(id: string, session: Session, by: Principal): void {
    sessions.delete(id)
    sessions.set(id, session)
    if ((by.expires ?? 0) > (session.by.expires ?? 0)) session.by = by
  }

  const looking = setInterval(() => {
    for (const [id, session] of sessions) if (isIdle(session)) void end(id)
  }, LOOK_EVERY)
  // It keeps no process alive.
  looking.unref()

  async function open(request: Request, body: unknown, by: Principal): Promise<Response> {
    if (!hasRoom(sessions, end)) return refusal(503, 'too many sessions')
    const made = await serverFor(served, by, { era: 'legacy' })
    const transport = new SessionTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized(id) {
        const use = { busy: 0, usedAt: performance.now(), plain: new Map() }
        sessions.set(id, { ...made, ...use, by, transport, onGone: served.onClient?.() })
      },
      onsessionclosed: id => void end(id),
    })
    await made.server.connect(transport)
    const response = await transport.handleRequest(request, { parsedBody: body })
    if (transport.sessionId === undefined) await made.server.close()
    return response
  }

  return {
    plainCall(request, body, by) {
      const id = request.headers.get('mcp-session-id') ?? ''
      const session = sessions.get(id)
      if (!session || !isSame(session.by, by) || session.own?.poolFor('tools/call')) return undefined
      const call = olderPlainCall(request, body)
      if (!call) return undefined
      touch(id, session, by)
      return answerInSession(served, session, call, body)
    },
    async fetch(request, body, by) {
      const id = request.headers.get('mcp-session-id')
      if (id === null) {
        const first = Array.isArray(body) ? body : [body]
        return request.method === 'POST' && first.some(isInitializeRequest)
          ? open(request, body, by)
          : refusal(400, 'Bad Request: the header Mcp-Session-Id is missing')
      }
      const session = sessions.get(id)
      // A session does not exist for anybody but its owner.
      if (!session || !isSame(session.by, by)) return refusal(404, 'Session not found')
      touch(id, session, by)
      return use(session, request, body)
    },
    tellOfChange() {
      for (const { server } of sessions.values()) void tellOfChange(server)
    },
    count: () => sessions.size,
    async endOf(isGone) {
      await Promise.all([...sessions].map(([id, { by }]) => (isGone(by) ? end(id) : undefined)))
    },
    async close() {
      clearInterval(looking)
      await Promise.all([...sessions.keys()].map(end))
    },
  }
}

/** Passes the request to the session's transport. The session is in use until the response has been read. */
async function use(session: Session, request: Request, body: unknown): Promise<Response> {
  const { transport } = session
  const used = transport.inFlight.take(body)
  if (used !== undefined) return idInUse(used)
  session.usedAt = performance.now()
  endPlainCall(session, body)
  session.busy++
  const done = () => {
    session.busy--
    session.usedAt = performance.now()
  }
  try {
    const response = await transport.handleRequest(request, { parsedBody: body })
    // It was refused before any of it ran.
    if (!response.ok) transport.inFlight.drop(body)
    if (response.body) return bounded(response, response.body, done)
    done()
    return response
  } catch (error) {
    transport.inFlight.drop(body)
    done()
    throw error
  }
}

function isIdle({ busy, usedAt }: Session): boolean {
  return busy === 0 && performance.now() - usedAt > MOST_IDLE
}

/** Ends what nobody uses, if that makes room for one more; whether there is room. */
function hasRoom(sessions: ReadonlyMap<string, Session>, end: (id: string) => void): boolean {
  for (const [id, session] of sessions) if (session.busy === 0 && sessions.size >= MOST_SESSIONS) end(id)
  return sessions.size < MOST_SESSIONS
}

/** In the older era, the end of a connection cancels nothing. Source: MCP 2025-11-25, transports, sending messages. */
async function answerInSession(
  served: ServedDoor,
  session: Session,
  call: PlainCall,
  body: unknown,
): Promise<Response> {
  const { by, plain, transport } = session
  if (transport.inFlight.take(body) !== undefined) return idInUse(call.id)
  const own = new AbortController()
  session.busy++
  plain.set(call.id, own)
  try {
    return await answerPlainCall(served, call, { by, signal: own.signal })
  } finally {
    // After a cancellation, the id may be that of another call.
    if (plain.get(call.id) === own) {
      plain.delete(call.id)
      transport.inFlight.drop(body)
    }
    session.busy--
    session.usedAt = performance.now()
  }
}

function idInUse(id: unknown): Response {
  return refusal(400, ID_IN_USE, { code: INVALID_REQUEST, id })
}

/** With another token of the provider, the same person can have another role: a session keeps that of its beginning. */
function isSame(one: Principal, other: Principal): boolean {
  return one.id === other.id && one.role === other.role
}

/** Ends the plain call that this notice cancels. */
function endPlainCall({ plain }: Session, body: unknown): void {
  if (!isRecord(body) || body.method !== 'notifications/cancelled' || !isRecord(body.params)) return
  plain.get(body.params.requestId)?.abort()
}
