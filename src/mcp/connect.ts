import type { z } from 'zod'
import { type Connection, Fault, type RequestOptions, type ServerListener } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { type OpenClient, renewable } from './renew.ts'
import { createPausing, type Pausing } from './wire/asking/pausing.ts'
import { canAnswer, inRounds } from './wire/asking/rounds.ts'
import { type McpClient, openClient } from './wire/client.ts'
import { within } from './wire/deadline.ts'
import { listOffers } from './wire/listing/offers.ts'
import { toolListing } from './wire/listing/tools.ts'
import { createMirror } from './wire/mirror.ts'
import { anyResult, flatten, flattenContents, looseResult } from './wire/result.ts'

/** The SDK's own timeout, so long that only ours counts. */
const NEVER_MS = 2_000_000_000

/**
 * Connects with exactly the transport, path and credential of the endpoint. With `auto`, HTTP+SSE is tried at the same
 * address after a 400, 404 or 405, as the specification says; otherwise the refusal is reported.
 *
 * A call is sent once. When the server has lost our session, the next request opens a new one. A request is sent again
 * only if it provably never ran, or if it changes nothing: a list, or a call that the caller says is `repeatable`. The
 * same holds for a redirect.
 *
 * @throws Fault with the cause, within `endpoint.deadlines.connect`.
 */
export async function connect(
  endpoint: Endpoint,
  signal?: AbortSignal,
  listener?: ServerListener,
): Promise<Connection> {
  const pausing = createPausing()
  const answering = listener && pausedFor(listener, pausing)
  const open: OpenClient = (endpoint, signal) => openInEra(endpoint, signal, answering)
  const { first, settled } = await openFirst(endpoint, open, signal)
  const clients = renewable(settled, first, open)
  const mirror = createMirror()
  const { customer, server, transport, deadlines } = settled

  /** Sends one request, with the rules above. */
  function send<T>(
    wanted: Wanted<T>,
    { signal, deadline = deadlines.call, repeatable = false, losses, onProgress }: RequestOptions,
  ): Promise<T> {
    const { what, method, params, schema, isDirect = false, mayAsk = false } = wanted
    const work = (own: AbortSignal, extend: () => void) =>
      clients.ask(own, { repeatable, losses }, async (used, own) => {
        const onprogress = (progress: object) => {
          extend()
          onProgress?.(progress)
        }
        const allowInputRequired = isDirect || mayAsk
        const options = { signal: own, timeout: NEVER_MS, onprogress, allowInputRequired }
        return mirror.request(used, { method, params, schema, isDirect, repeatable }, options)
      })
    return within(deadline, signal, what, work, pausing)
  }
  function ask(method: string, params: object, options: RequestOptions) {
    const asked = { what: method, method, params: { ...params }, schema: anyResult, isDirect: true }
    return pausing.timed(send(asked, options), options.onWaited)
  }

  return {
    customer,
    server,
    transport,
    get era() {
      return clients.current().era
    },
    get isOpen() {
      return clients.current().channel.isOpen()
    },
    get about() {
      return clients.current().about()
    },
    listTools(signal) {
      return within(deadlines.probe, signal, 'tools/list', own =>
        clients.ask(own, { repeatable: true }, async (used, own) => {
          const items = await mirror.listTools(used, { signal: own, timeout: NEVER_MS })
          const hasResources = used.about().capabilities.resources !== undefined
          return { ...toolListing(items), hasResources }
        }),
      )
    },
    async call(tool, args, options) {
      const call = { what: tool, method: 'tools/call', schema: looseResult, mayAsk: canAnswer(answering) }
      const sent = (params: Record<string, unknown>) => send({ ...call, params }, options)
      const rounds = inRounds({ name: tool, arguments: args }, sent, { answering, signal: options.signal })
      return flatten(await pausing.timed(rounds, options.onWaited))
    },
    listOffers(signal) {
      const options = { signal, deadline: deadlines.probe, repeatable: true }
      return listOffers(
        (method, params) => ask(method, params, options),
        clients.current().about().capabilities,
      )
    },
    async readResource(uri, signal) {
      return flattenContents(await ask('resources/read', { uri }, { signal, repeatable: true }))
    },
    request: ask,
    close: clients.close,
  }
}

/** No time passes for the requests of the connection while it answers. */
function pausedFor(listener: ServerListener, pausing: Pausing): ServerListener {
  return { ...listener, onRequest: (...asked) => pausing.during(listener.onRequest(...asked)) }
}

/** In the older era first, if the listener wants that, and the server speaks it. */
async function openInEra(
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
  listener: ServerListener | undefined,
): Promise<McpClient> {
  if (!listener?.isOlder) return openClient(endpoint, signal, listener)
  return openClient(endpoint, signal, listener).catch(error => {
    const isRefused = error instanceof Fault && (error.kind === 'protocol' || error.status === 400)
    if (!isRefused || signal?.aborted) throw error
    return openClient(endpoint, signal, { ...listener, isOlder: false })
  })
}

/** The first client, and the endpoint with the transport that the server speaks. */
async function openFirst(
  endpoint: Endpoint,
  open: OpenClient,
  signal: AbortSignal | undefined,
): Promise<{ first: McpClient; settled: Endpoint }> {
  if (endpoint.transport !== 'auto') return { first: await open(endpoint, signal), settled: endpoint }
  const settled: Endpoint = { ...endpoint, transport: 'streamable-http' }
  try {
    return { first: await open(settled, signal), settled }
  } catch (error) {
    const older = error instanceof Fault && [400, 404, 405].includes(error.status ?? 0)
    if (!older || signal?.aborted) throw error
    const sse: Endpoint = { ...endpoint, transport: 'sse' }
    return { first: await open(sse, signal), settled: sse }
  }
}

interface Wanted<T> {
  /** For messages. */
  what: string
  method: string
  params: Record<string, unknown>
  schema: z.ZodType<T>
  /** Whether the answer is passed on as it came, also one that the server needs more input. */
  isDirect?: boolean
  /** Whether the server may answer that it needs more input. */
  mayAsk?: boolean
}
