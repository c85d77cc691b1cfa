import type { Readable, Writable } from 'node:stream'
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { INVALID_REQUEST } from '../../base/http/rpc-codes.ts'
import { ID_IN_USE, inFlight } from './http/in-flight.ts'
import { MOST_UNREAD } from './http/unread.ts'

/** Beyond MOST_UNREAD no further request is taken. Answers to earlier ones, and notices, may be more, but not more than this. */
const MOST_HELD = 128 * 1024 * 1024
/** Bytes of a message of the client, beyond which the transport closes. */
export const MOST_LINE = 10 * 1024 * 1024

export interface StreamsListener {
  /** Called instead of sending more, when too much waits; destroys the output. */
  onDeaf(): void
  /** The transport has closed, from either side. */
  onClosed?(): void
}

/** The SDK's transport, which holds for a client that does not read whatever is sent to it. */
export class BoundedStreams extends StdioServerTransport {
  readonly #input: Readable
  readonly #output: Writable
  readonly #listener: StreamsListener
  readonly #inFlight = inFlight()

  constructor(input: Readable, output: Writable, listener: StreamsListener) {
    super(input, output, { maxBufferSize: MOST_LINE })
    this.#input = input
    this.#output = output
    // Each message that waits listens to it.
    output.setMaxListeners(0)
    this.#listener = listener
  }

  override async start(): Promise<void> {
    const take = this.onmessage
    this.onmessage = message => {
      const used = this.#inFlight.take(message)
      if (used === undefined) return take?.(message)
      const error = { code: INVALID_REQUEST, message: ID_IN_USE }
      void this.#write({ jsonrpc: '2.0', id: used as string | number, error }).catch(this.onerror)
    }
    await super.start()
  }

  override async close(): Promise<void> {
    await super.close()
    this.#listener.onClosed?.()
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    this.#inFlight.answered(message)
    return this.#write(message)
  }

  async #write(message: JSONRPCMessage): Promise<void> {
    // It was called already, or the client has left.
    if (this.#output.destroyed) return
    if (this.#output.writableLength > MOST_HELD) return this.#listener.onDeaf()
    const sent = super.send(message)
    if (this.#output.writableLength > MOST_UNREAD && !this.#input.isPaused()) {
      this.#input.pause()
      this.#output.once('drain', () => this.#input.resume())
    }
    return sent
  }
}
