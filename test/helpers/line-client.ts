// A client of the stdio door without the SDK: one line of JSON a message.

import { socketPath } from '../../src/server/running/place.ts'
import { askServe } from '../../src/server/running/socket.ts'
import { closing } from './closing.ts'
import { type RawMessage, withEnvelope } from './raw-client.ts'
import type { Era } from './raw-upstream.ts'

export interface LineClient {
  /** All messages that came, in order. */
  messages: RawMessage[]
  send(method: string, params: object, id?: number): Promise<RawMessage>
  notify(method: string, params: object): void
}

/** Attached to the running server of this state folder; in the older era, initialized. */
export async function lineClient(
  state: string,
  customer: string,
  { era = 'legacy', capabilities = {} }: { era?: Era; capabilities?: object } = {},
): Promise<LineClient> {
  const attached = await askServe(socketPath(state), { kind: 'attach', customer, role: 'read-only' })
  if (!attached) throw new Error('nothing serves')
  const { socket } = attached
  closing({ close: () => socket.destroy() })
  const messages: RawMessage[] = []
  const waiting = new Map<unknown, (message: RawMessage) => void>()
  let unread = ''
  // Not by readline, for which a U+2028 within a text ends the line, too.
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (unread + text).split('\n')
    unread = lines.pop() ?? ''
    for (const line of lines) take(JSON.parse(line))
  })
  function take(message: RawMessage): void {
    messages.push(message)
    if (message.method === undefined) waiting.get(message.id)?.(message)
  }
  const write = (message: object) => void socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let latestId = 0
  const client: LineClient = {
    messages,
    send(method, params, id = ++latestId) {
      const { promise, resolve } = Promise.withResolvers<RawMessage>()
      waiting.set(id, resolve)
      write({ id, method, params: era === 'modern' ? withEnvelope(params, capabilities) : params })
      return promise
    },
    notify: (method, params) => write({ method, params }),
  }
  if (era === 'modern') return client
  const clientInfo = { name: 'lines', version: '1' }
  await client.send('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo })
  client.notify('notifications/initialized', {})
  return client
}
