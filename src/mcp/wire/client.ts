import {
  Client,
  type ClientOptions,
  type ListChangedHandlers,
  type PriorDiscovery,
  type Transport,
} from '@modelcontextprotocol/client'
import { packageVersion } from '../../base/package-root.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import { MODERN_PROTOCOL, PROTOCOL_VERSIONS } from '../../config/project.ts'
import type { ServerAbout, ServerListener } from '../connection.ts'
import type { Endpoint } from '../endpoint.ts'
import { within } from './deadline.ts'
import { createDirect, type SendDirect } from './direct.ts'
import { type Channel, openChannel } from './http/channel.ts'
import { transportFor } from './transport.ts'

/** One SDK client over one transport; discarded when its session or stream is lost. */
export interface McpClient {
  client: Client
  channel: Channel
  era: 'modern' | 'legacy'
  /** Sends a request past the SDK; undefined for the SSE transport. */
  direct: SendDirect | undefined
  about(): ServerAbout
  /** Whether it can no longer be used, because its stream ended or the server forgot its session. */
  dead(): boolean
  /** From now on, it is dead: the server has said that it does not know our session. */
  lose(): void
  close(): Promise<void>
}

/** What `server/discover` would say about a server of ours that has only tools: it need not be asked. */
const OWN_BUILD: PriorDiscovery = {
  kind: 'modern',
  discover: {
    resultType: 'complete',
    supportedVersions: [MODERN_PROTOCOL],
    capabilities: { tools: {} },
    ttlMs: 0,
    cacheScope: 'private',
  },
}

/** Opens the endpoint, checks that it is ours, and negotiates. Throws a Fault within the connect deadline. */
export async function openClient(
  endpoint: Endpoint,
  signal?: AbortSignal,
  listener?: ServerListener,
): Promise<McpClient> {
  const client = new Client(
    { name: 'supportmax', version: packageVersion() },
    {
      ...versionsOf(endpoint, listener),
      capabilities: listener?.capabilities ?? {},
      ...(listener?.onNotice && { listChanged: listHandlers(listener) }),
      // The SDK would send a call again, up to ten times, whenever the server asks for more input.
      inputRequired: { autoFulfill: false },
    },
  )
  let dead = false
  const lose = () => {
    dead = true
  }
  const channel = openChannel(endpoint, {
    sessionLost: lose,
    streamEnded() {
      dead = true
      void client.close().catch(() => {})
    },
    answered: message => transport.onmessage?.(message),
    messagesEnded: listener && (() => listener.onLost?.()),
  })
  if (listener) passOn(client, listener)
  const transport = transportFor(endpoint, channel)
  const isKnown =
    endpoint.hasOnlyTools === true &&
    endpoint.transport === 'streamable-http' &&
    endpoint.newestProtocol === undefined
  try {
    await within(endpoint.deadlines.connect, signal, 'connect', async own => {
      await channel.verify(own)
      await client
        .connect(transport, {
          signal: own,
          timeout: endpoint.deadlines.connect + 1000,
          ...(isKnown ? { prior: OWN_BUILD } : {}),
        })
        .catch(error => {
          throw channel.fault() ?? error
        })
    })
  } catch (error) {
    // The server may have opened a session for us, although its answer never came whole.
    void farewell(client, transport, channel)
    throw error
  }
  listener?.onOpened?.()
  return {
    client,
    channel,
    era: client.getProtocolEra() === 'modern' ? 'modern' : 'legacy',
    direct:
      endpoint.transport === 'sse'
        ? undefined
        : createDirect(client, channel, message => transport.onmessage?.(message as never)),
    about: () => aboutOf(client),
    dead: () => dead,
    lose,
    close: () => farewell(client, transport, channel),
  }
}

/** Which revisions the server is asked for. */
function versionsOf(
  { transport, newestProtocol }: Endpoint,
  listener: ServerListener | undefined,
): Pick<ClientOptions, 'versionNegotiation' | 'supportedProtocolVersions'> {
  // The SSE transport is older than any server of the new era.
  const isOlder = transport === 'sse' || listener?.isOlder === true
  if (newestProtocol === undefined || newestProtocol === MODERN_PROTOCOL)
    return { versionNegotiation: { mode: isOlder ? 'legacy' : 'auto' } }
  // The SDK asks for the first of them.
  const versions = PROTOCOL_VERSIONS.slice(0, PROTOCOL_VERSIONS.indexOf(newestProtocol) + 1).reverse()
  return { versionNegotiation: { mode: 'legacy' }, supportedProtocolVersions: versions }
}

/** In the new era, they make the SDK subscribe; in the older one, the notices just come. */
function listHandlers({ onNotice }: ServerListener): ListChangedHandlers {
  const told = (kind: string) => ({
    autoRefresh: false,
    // The SDK would wait for a pause, which a server that announces changes all the time never makes.
    debounceMs: 0,
    onChanged: () => onNotice?.(`notifications/${kind}/list_changed`, {}),
  })
  return { tools: told('tools'), prompts: told('prompts'), resources: told('resources') }
}

function passOn(client: Client, { onRequest, onNotice }: ServerListener): void {
  client.fallbackRequestHandler = async ({ method, params = {} }, { mcpReq }) => ({
    ...(await onRequest(method, params, mcpReq.signal)),
  })
  client.fallbackNotificationHandler = async ({ method, params = {} }) => onNotice?.(method, params)
}

function aboutOf(client: Client): ServerAbout {
  const { name = '', version = '' } = client.getServerVersion() ?? {}
  return {
    name,
    version,
    instructions: client.getInstructions(),
    capabilities: { ...client.getServerCapabilities() },
  }
}

/** Ends our session at a server that keeps sessions, and waits only briefly for its response. */
async function farewell(client: Client, transport: Transport, channel: Channel): Promise<void> {
  await within(TIMEOUTS.mcpFarewell, undefined, 'close', () => channel.endSession()).catch(() => {})
  // A hanging connect ignores its signal: only closing its transport ends it.
  await transport.close().catch(() => {})
  await client.close().catch(() => {})
  await channel.close().catch(() => {})
}
