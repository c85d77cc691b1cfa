import { Client, type Transport } from '@modelcontextprotocol/client'
import { packageVersion } from '../../base/package-root.ts'
import type { Endpoint } from '../endpoint.ts'
import { within } from './deadline.ts'
import { type Door, openDoor } from './door.ts'
import { transportFor } from './transport.ts'

/** One client over one transport: the thing that is thrown away when its session or stream is lost. */
export interface Line {
  client: Client
  door: Door
  era: 'modern' | 'legacy'
  /** Its stream ended or its session is unknown: good for nothing any more. */
  dead(): boolean
  close(): Promise<void>
}

const FAREWELL_MS = 500

/** Opens the endpoint, checks that it is ours, and negotiates. Throws a Fault within the connect deadline. */
export async function openLine(endpoint: Endpoint, signal?: AbortSignal): Promise<Line> {
  const client = new Client(
    { name: 'supportmax', version: packageVersion() },
    { versionNegotiation: { mode: 'auto' }, capabilities: {} },
  )
  let dead = false
  const door = openDoor(endpoint, {
    sessionLost() {
      dead = true
    },
    streamEnded() {
      dead = true
      void client.close().catch(() => {})
    },
  })
  const transport = transportFor(endpoint, door)
  try {
    await within(endpoint.deadlines.connect, signal, 'connect', async own => {
      await door.verify(own)
      await client
        .connect(transport, { signal: own, timeout: endpoint.deadlines.connect + 1000 })
        .catch(error => {
          throw door.fault() ?? error
        })
    })
  } catch (error) {
    await abandon(client, transport, door)
    throw error
  }
  return {
    client,
    door,
    era: client.getProtocolEra() === 'modern' ? 'modern' : 'legacy',
    dead: () => dead,
    close: () => farewell(client, transport, door),
  }
}

/** A connect that hangs heeds no signal: closing the transport under it is what ends it. */
async function abandon(client: Client, transport: Transport, door: Door): Promise<void> {
  await transport.close().catch(() => {})
  await client.close().catch(() => {})
  await door.close().catch(() => {})
}

/** Tells a server that keeps sessions that ours is over, but waits for its answer only briefly. */
async function farewell(client: Client, transport: Transport, door: Door): Promise<void> {
  const ending = transport as Transport & { terminateSession?(): Promise<void> }
  if (transport.sessionId && ending.terminateSession)
    await within(FAREWELL_MS, undefined, 'close', async () => ending.terminateSession?.()).catch(() => {})
  await abandon(client, transport, door)
}
