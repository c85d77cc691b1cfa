import {
  type JSONRPCMessage,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/client'
import type { Endpoint } from '../endpoint.ts'
import type { Door } from './door.ts'
import { STREAM_ENDED } from './fault.ts'

/** Resuming a stream is tried twice within half a second; then its call is settled. */
const RECONNECTION = {
  initialReconnectionDelay: 100,
  maxReconnectionDelay: 300,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 2,
}

/** The SDK's transport for this endpoint, going out through `door`. */
export function transportFor(endpoint: Endpoint, door: Door): Transport {
  const url = new URL(endpoint.url)
  if (endpoint.transport === 'sse') return new SSEClientTransport(url, { fetch: door.fetch })
  return new SettlingTransport(url, door)
}

/** The stock transport leaves a call hanging to its timeout where its event stream ends without the answer. */
class SettlingTransport extends StreamableHTTPClientTransport {
  readonly #door: Door

  constructor(url: URL, door: Door) {
    super(url, { fetch: door.fetch, reconnectionOptions: RECONNECTION })
    this.#door = door
  }

  override async send(message: JSONRPCMessage, given: TransportSendOptions = {}): Promise<void> {
    const options = given as Parameters<StreamableHTTPClientTransport['send']>[1] & object
    if (!('id' in message) || !('method' in message)) return super.send(message, options)
    const { id } = message
    const settle = () => {
      const fault = this.#door.fault()
      this.onmessage?.({
        jsonrpc: '2.0',
        id: id as string,
        error: {
          code: STREAM_ENDED,
          message: fault?.message ?? 'the stream ended before the answer came',
          data: fault?.kind ?? 'closed',
        },
      })
      options.onRequestStreamEnd?.()
    }
    return super.send(message, { ...options, onRequestStreamEnd: settle })
  }
}
