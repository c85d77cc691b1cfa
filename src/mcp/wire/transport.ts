import {
  type JSONRPCMessage,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/client'
import type { Endpoint } from '../endpoint.ts'
import { STREAM_ENDED } from './fault.ts'
import { forgivingHello } from './hello.ts'
import type { Channel } from './http/channel.ts'

/** Resume a broken stream at most twice within half a second; then its call fails. */
const RECONNECTION = {
  initialReconnectionDelay: 100,
  maxReconnectionDelay: 300,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 2,
}

/** The SDK's transport for this endpoint, over `channel`. */
export function transportFor(endpoint: Endpoint, channel: Channel): Transport {
  const url = new URL(endpoint.url)
  return forgiving(
    endpoint.transport === 'sse'
      ? new SSEClientTransport(url, { fetch: channel.fetch })
      : new SettlingTransport(url, channel),
  )
}

/** Reads the answer to `initialize` with forgiveness, before the SDK reads it strictly. */
function forgiving(transport: Transport): Transport {
  const send = transport.send.bind(transport)
  let hello: unknown
  let receive: Transport['onmessage']
  transport.send = (message, options) => {
    if ('method' in message && message.method === 'initialize' && 'id' in message) hello = message.id
    return send(message, options)
  }
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => receive,
    set(handler: Transport['onmessage']) {
      receive =
        handler &&
        ((message, extra) => {
          const isHello = hello !== undefined && 'id' in message && message.id === hello
          handler(isHello ? forgivingHello(message) : message, extra)
        })
    },
  })
  return transport
}

/** Fails a call as soon as its event stream ends without a response; the SDK's transport would wait for the timeout. */
class SettlingTransport extends StreamableHTTPClientTransport {
  readonly #channel: Channel

  constructor(url: URL, channel: Channel) {
    super(url, { fetch: channel.fetch, reconnectionOptions: RECONNECTION })
    this.#channel = channel
  }

  override async send(message: JSONRPCMessage, given: TransportSendOptions = {}): Promise<void> {
    const options = given as Parameters<StreamableHTTPClientTransport['send']>[1] & object
    if (!('id' in message) || !('method' in message)) return super.send(message, options)
    const { id } = message
    const settle = () => {
      const fault = this.#channel.fault()
      this.onmessage?.({
        jsonrpc: '2.0',
        id: id as string,
        error: {
          code: STREAM_ENDED,
          message: fault?.message ?? 'the stream ended before the response',
          data: fault?.kind ?? 'closed',
        },
      })
      options.onRequestStreamEnd?.()
    }
    return super.send(message, { ...options, onRequestStreamEnd: settle })
  }
}
