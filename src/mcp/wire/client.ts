import { Client, type Transport } from '@modelcontextprotocol/client'
import { packageVersion } from '../../base/package-root.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { Endpoint } from '../endpoint.ts'
import { type Channel, openChannel } from './channel.ts'
import { within } from './deadline.ts'
import { transportFor } from './transport.ts'

/** One SDK client over one transport; discarded when its session or stream is lost. */
export interface McpClient {
  client: Client
  channel: Channel
  era: 'modern' | 'legacy'
  /** Whether it can no longer be used, because its stream ended or the server forgot its session. */
  dead(): boolean
  close(): Promise<void>
}

/** Opens the endpoint, checks that it is ours, and negotiates. Throws a Fault within the connect deadline. */
export async function openClient(endpoint: Endpoint, signal?: AbortSignal): Promise<McpClient> {
  const client = new Client(
    { name: 'supportmax', version: packageVersion() },
    { versionNegotiation: { mode: 'auto' }, capabilities: {} },
  )
  let dead = false
  const channel = openChannel(endpoint, {
    sessionLost() {
      dead = true
    },
    streamEnded() {
      dead = true
      void client.close().catch(() => {})
    },
  })
  const transport = transportFor(endpoint, channel)
  try {
    await within(endpoint.deadlines.connect, signal, 'connect', async own => {
      await channel.verify(own)
      await client
        .connect(transport, { signal: own, timeout: endpoint.deadlines.connect + 1000 })
        .catch(error => {
          throw channel.fault() ?? error
        })
    })
  } catch (error) {
    await abandon(client, transport, channel)
    throw error
  }
  return {
    client,
    channel,
    era: client.getProtocolEra() === 'modern' ? 'modern' : 'legacy',
    dead: () => dead,
    close: () => farewell(client, transport, channel),
  }
}

/** A hanging connect ignores its signal: only closing its transport ends it. */
async function abandon(client: Client, transport: Transport, channel: Channel): Promise<void> {
  await transport.close().catch(() => {})
  await client.close().catch(() => {})
  await channel.close().catch(() => {})
}

/** Ends our session at a server that keeps sessions, and waits only briefly for its response. */
async function farewell(client: Client, transport: Transport, channel: Channel): Promise<void> {
  const ending = transport as Transport & { terminateSession?(): Promise<void> }
  if (transport.sessionId && ending.terminateSession)
    await within(TIMEOUTS.mcpFarewell, undefined, 'close', async () => ending.terminateSession?.()).catch(
      () => {},
    )
  await abandon(client, transport, channel)
}
