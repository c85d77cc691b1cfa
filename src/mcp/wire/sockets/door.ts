import { randomUUID } from 'node:crypto'
import type { Client } from 'undici'
import { refusalWords } from '../../../base/http/words.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import { orAborted } from '../../../base/waiting/aborted.ts'
import { Fault } from '../../connection.ts'
import type { Endpoint, Override } from '../../endpoint.ts'
import { socketFault } from '../fault.ts'
import { cappedText } from '../http/capped.ts'
import { foundAgain } from './again.ts'
import { openSocket, socketsTo } from './dispatcher.ts'
import { createProvenSockets, type Sockets } from './proven.ts'
import { type ReplyBody, send } from './send.ts'

/** The sockets to an endpoint, and whether what listens there is the server that we started and wants our token. */
export interface Door extends Sockets {
  /** Throws Fault `impostor` for another program. Free while a socket is open. */
  verify(signal?: AbortSignal): Promise<void>
  /** Whether the server answers without our token. Then it never gets it. */
  isOpen(): boolean
}

/**
 * The door of one endpoint. A server that we started is known by two proofs: the engine said a moment ago that the port is
 * published by its container, or it rejects a random token with 401. After a lost socket, when another process may have
 * taken the port, the runtime is asked again first: a program that rejects every token would pass the second one. Whatever accepts a random token (a stale process, another customer's
 * server, a web server) never gets the real one. An image that overrides its type's need not know our token: if the engine
 * says that it is ours, it is used without. External servers are not checked: many let everyone list their tools.
 */
export function openDoor(endpoint: Endpoint): Door {
  if (endpoint.token === undefined || endpoint.image === undefined)
    return { ...socketsTo(endpoint), isOpen: () => false, verify: async () => {} }
  const { override } = endpoint
  let open = false
  let { vouchedUntil } = endpoint
  let foundUntil = performance.now() + TIMEOUTS.engineWord
  let losses = 0
  let finding: Promise<void> | undefined

  /** Throws a Fault if the server no longer runs. Parallel calls share one look. */
  async function find(): Promise<void> {
    const before = losses
    const now = await foundAgain(endpoint)
    if (losses !== before) return
    vouchedUntil = now.vouchedUntil
    foundUntil = performance.now() + TIMEOUTS.engineWord
  }

  async function prove(signal?: AbortSignal): Promise<Client> {
    if (performance.now() >= foundUntil) {
      finding ??= find().finally(() => {
        finding = undefined
      })
      await orAborted(finding, signal)
    }
    const client = openSocket(endpoint)
    if (performance.now() < vouchedUntil) return client
    try {
      const answer = await knock(client, endpoint, signal)
      open = false
      if (answer.status === 401) return answer.closes ? apart(client) : client
      if (override === undefined) throw refusal(answer)
      open = !(await wantsToken(answer, override, signal))
    } catch (error) {
      void client.destroy().catch(() => {})
      throw error
    }
    // The answer of an open door may be the beginning of a stream.
    return apart(client)
  }

  /** Another socket, at once: this one cannot be used, although what it led to is ours. */
  function apart(client: Client): Client {
    void client.destroy().catch(() => {})
    return openSocket(endpoint)
  }

  const sockets = createProvenSockets(prove, () => {
    losses++
    vouchedUntil = 0
    foundUntil = 0
  })
  return { ...sockets, isOpen: () => open, verify: sockets.ready }
}

/** Some reject a wrong token with 403. Throws Fault `impostor` unless it is the container of this server. */
async function wantsToken(answer: Knock, override: Override, signal?: AbortSignal): Promise<boolean> {
  const found = await override.findOurs(signal)
  if (found === 'nowhere') throw impostor(answer)
  return answer.status === 403 && found === 'here'
}

interface Knock {
  host: string
  status: number
  type: string
  /** Whether the server closes the connection after it. */
  closes: boolean
  /** Its beginning, of a refusal. */
  body: string
}

/** One request with a random token. Throws a Fault with what prevented it. */
async function knock(client: Client, endpoint: Endpoint, signal?: AbortSignal): Promise<Knock> {
  const url = new URL(endpoint.url)
  const post = endpoint.transport !== 'sse'
  const answer = await send(client, {
    path: url.pathname + url.search,
    method: post ? 'POST' : 'GET',
    headers: {
      accept: post ? 'application/json, text/event-stream' : 'text/event-stream',
      ...(post ? { 'content-type': 'application/json' } : {}),
      authorization: `Bearer ${randomUUID()}`,
    },
    body: post ? '{"jsonrpc":"2.0","id":"door","method":"ping"}' : null,
    signal: signal ?? null,
  }).catch(error => {
    throw signal?.aborted ? error : socketFault(error, url.host)
  })
  const { statusCode: status } = answer
  const type = String(answer.headers['content-type'] ?? '').split(';', 1)[0] ?? ''
  const closes = /close/i.test(String(answer.headers.connection ?? ''))
  if (status === 401) {
    await cappedText(answer.body).catch(() => '')
    return { host: url.host, status, type, closes, body: '' }
  }
  const body = status === 403 || status >= 500 ? await firstText(answer.body) : ''
  answer.body.destroy()
  return { host: url.host, status, type, closes, body }
}

function refusal(answer: Knock): Fault {
  const { status, body } = answer
  const words = refusalWords({ status, headers: new Headers(), body })
  if (status === 403 && /\bhost\b/i.test(body))
    return new Fault('host_not_allowed', `the server rejected our Host header: ${words}`)
  if (status === 403) return new Fault('forbidden', words)
  return status >= 500 ? new Fault('server', words) : impostor(answer)
}

function impostor({ host, status, type }: Knock): Fault {
  const what = `HTTP ${status}${type ? ` ${type}` : ''}`
  return new Fault(
    'impostor',
    `another program is listening at ${host}: it answered ${what} to a request without our token`,
  )
}

/** The first part of it that comes; empty if none does. */
async function firstText(body: ReplyBody): Promise<string> {
  let first = ''
  const isRead = body.read(part => {
    first ||= part.toString('utf8').slice(0, 400)
    body.destroy()
  })
  await isRead.catch(() => {})
  return first
}
