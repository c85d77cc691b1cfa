import { type CallOptions, type Connection, Fault } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { within } from './wire/deadline.ts'
import { SessionLost } from './wire/door.ts'
import { type Line, openLine } from './wire/line.ts'
import { listAll } from './wire/listing.ts'
import { flatten, looseResult } from './wire/result.ts'

/** The SDK's own clock, set so far out that only ours counts. */
const NEVER_MS = 2_000_000_000

/**
 * Connects through exactly the transport, path and token that the endpoint names. There is no fallback from
 * streamable HTTP to /sse: the configured path selects the transport, and a 404 there says so in its own words.
 * A session that the server lost is opened anew and the one request that it refused is sent again; a request that
 * the server accepted is never repeated.
 *
 * @throws Fault with the cause, within `endpoint.deadlines.connect`.
 */
export async function connect(endpoint: Endpoint, signal?: AbortSignal): Promise<Connection> {
  let line = await openLine(endpoint, signal)
  let renewing: Promise<Line> | undefined
  let closed = false

  async function renew(lost: Line): Promise<Line> {
    if (line !== lost) return line
    renewing ??= openLine(endpoint).finally(() => {
      renewing = undefined
    })
    const fresh = await renewing
    if (closed) {
      void fresh.close()
      throw new Fault('closed', 'the connection was closed')
    }
    if (line === lost) {
      line = fresh
      void lost.close()
    }
    return line
  }

  async function ask<T>(
    signal: AbortSignal,
    request: (line: Line, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const used = line.dead() ? await renew(line) : line
    await used.door.verify(signal)
    try {
      return await request(used, signal)
    } catch (error) {
      if (!(error instanceof SessionLost) || signal.aborted) throw error
      return request(await renew(used), signal)
    }
  }

  return {
    customer: endpoint.customer,
    server: endpoint.server,
    transport: endpoint.transport,
    get era() {
      return line.era
    },
    listTools(signal) {
      return within(endpoint.deadlines.probe, signal, 'tools/list', own =>
        ask(own, (used, own) => listAll(used.client, own, NEVER_MS)),
      )
    },
    call(tool, args, { signal, deadline }: CallOptions) {
      const request = { method: 'tools/call' as const, params: { name: tool, arguments: args } }
      return within(deadline, signal, tool, own =>
        ask(own, async (used, own) =>
          flatten(await used.client.request(request, looseResult, { signal: own, timeout: NEVER_MS })),
        ),
      )
    },
    async close() {
      closed = true
      await line.close()
    },
  }
}
