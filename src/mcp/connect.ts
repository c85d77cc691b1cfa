import { type CallOptions, type Connection, Fault } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { SessionLost } from './wire/channel.ts'
import { type McpClient, openClient } from './wire/client.ts'
import { within } from './wire/deadline.ts'
import { listAll } from './wire/listing.ts'
import { flatten, looseResult } from './wire/result.ts'

/** The SDK's own timeout, so long that only ours counts. */
const NEVER_MS = 2_000_000_000

/**
 * Connects with exactly the transport, path and token of the endpoint. There is no fallback from streamable HTTP to
 * /sse: the configured path selects the transport, and a 404 there is reported. When the server has lost our session, a
 * new one is opened and the refused request is sent again; a request that the server accepted is never repeated.
 *
 * @throws Fault with the cause, within `endpoint.deadlines.connect`.
 */
export async function connect(endpoint: Endpoint, signal?: AbortSignal): Promise<Connection> {
  const clients = renewable(endpoint, await openClient(endpoint, signal))
  const { customer, server, transport, deadlines } = endpoint
  return {
    customer,
    server,
    transport,
    get era() {
      return clients.current().era
    },
    listTools(signal) {
      return within(deadlines.probe, signal, 'tools/list', own =>
        clients.ask(own, (used, own) => listAll(used.client, own, NEVER_MS)),
      )
    },
    call(tool, args, { signal, deadline }: CallOptions) {
      const request = { method: 'tools/call' as const, params: { name: tool, arguments: args } }
      return within(deadline, signal, tool, own =>
        clients.ask(own, async (used, own) =>
          flatten(await used.client.request(request, looseResult, { signal: own, timeout: NEVER_MS })),
        ),
      )
    },
    close: clients.close,
  }
}

/** A client that is replaced when its session or stream is lost; several requests that notice share the new one. */
function renewable(endpoint: Endpoint, first: McpClient) {
  let client = first
  let renewing: Promise<McpClient> | undefined
  let closed = false

  async function renew(lost: McpClient): Promise<McpClient> {
    if (client !== lost) return client
    renewing ??= openClient(endpoint).finally(() => {
      renewing = undefined
    })
    const fresh = await renewing
    if (closed) {
      void fresh.close()
      throw new Fault('closed', 'the connection was closed')
    }
    if (client === lost) {
      client = fresh
      void lost.close()
    }
    return client
  }

  return {
    current: () => client,
    async ask<T>(
      signal: AbortSignal,
      request: (client: McpClient, signal: AbortSignal) => Promise<T>,
    ): Promise<T> {
      const used = client.dead() ? await renew(client) : client
      await used.channel.verify(signal)
      try {
        return await request(used, signal)
      } catch (error) {
        if (!(error instanceof SessionLost) || signal.aborted) throw error
        return request(await renew(used), signal)
      }
    },
    async close() {
      closed = true
      await client.close()
    },
  }
}
