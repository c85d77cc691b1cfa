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
  const transport: Transport =
    endpoint.transport === 'sse'
      ? new SSEClientTransport(url, { fetch: channel.fetch })
      : new SettlingTransport(url, channel)
  const isHello = helloFinder(transport)
  let receive: Transport['onmessage']
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => receive,
    set(handler: Transport['onmessage']) {
      // The SDK reads the answer to `initialize` strictly.
      receive =
        handler &&
        inOrder((message, extra) => handler(isHello(message) ? forgivingHello(message) : message, extra))
    },
  })
  return transport
}

/** Says whether a message that arrives is the answer to `initialize`. */
function helloFinder(transport: Transport): (message: JSONRPCMessage) => boolean {
  const send = transport.send.bind(transport)
  let hello: unknown
  transport.send = (message, options) => {
    if ('method' in message && message.method === 'initialize' && 'id' in message) hello = message.id
    return send(message, options)
  }
  return message => hello !== undefined && 'id' in message && message.id === hello
}

/**
 * Delivers an answer after the notifications before it. The SDK handles a notification a moment later than an answer, and an
 * answer ends the progress of its request: the last report would be lost.
 */
function inOrder(handler: NonNullable<Transport['onmessage']>): NonNullable<Transport['onmessage']> {
  let isHandling = false
  return (message, extra) => {
    if (isHandling && !('method' in message)) return void setImmediate(handler, message, extra)
    if (!isHandling && 'method' in message) {
      isHandling = true
      setImmediate(() => {
        isHandling = false
      })
    }
    handler(message, extra)
  }
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
