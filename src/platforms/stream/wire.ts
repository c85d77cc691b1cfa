// When the requests of a turn leave, and when their responses arrive: at the sockets rather than where they are awaited,
// because SDKs, cold code and busy moments of this program lie between the two.

import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'

/** Times of one turn's requests, by performance.now(). */
export interface Wire {
  /** When the first request was handed to its socket; undefined until then. */
  sentAt: number | undefined
  /** Resolves at that moment. */
  sent: Promise<void>
  /**
   * When something last arrived: headers, a piece or the end of a response, or an error of the connection. If it arrived
   * while this program was busy and could not read it, the beginning of that busy time.
   */
  arrivedAt: number | undefined
}

interface OpenWire extends Wire {
  leave(): void
}

const turn = new AsyncLocalStorage<OpenWire>()
const request = new AsyncLocalStorage<OpenWire | undefined>()
/** What undici calls a request, the same object in each of its messages. */
const wires = new WeakMap<object, OpenWire>()

export function openWire(): Wire {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wire: OpenWire = { sentAt: undefined, sent: promise, arrivedAt: undefined, leave: resolve }
  return wire
}

/** Runs one step of a turn, whose requests are then recorded in the wire. */
export function onWire<T>(wire: Wire, step: () => T): T {
  return turn.run(wire as OpenWire, step)
}

/** Sends a request to the model itself; others, such as those of a sign-in, are no part of the wire. */
export function toModel<T>(send: () => T): T {
  listen()
  return request.run(turn.getStore(), send)
}

/** For a failure that nothing from outside has caused, such as our own timeout. */
export function failedHere(): void {
  const wire = turn.getStore()
  if (wire) wire.arrivedAt = performance.now()
}

let isListening = false

/** https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md */
function listen(): void {
  if (isListening) return
  isListening = true
  subscribe('undici:request:create', message => {
    const wire = request.getStore()
    // A tunnel through a proxy is opened before the request itself.
    if (!wire || (message as Message).request.method === 'CONNECT') return
    wires.set((message as Message).request, wire)
    watch.begin()
  })
  subscribe('undici:client:sendHeaders', message => {
    const wire = wires.get((message as Message).request)
    if (!wire || wire.sentAt !== undefined) return
    wire.sentAt = performance.now()
    wire.leave()
  })
  subscribe('undici:request:headers', arrived)
  subscribe('undici:request:bodyChunkReceived', arrived)
  subscribe('undici:request:trailers', message => {
    arrived(message)
    ended(message)
  })
  subscribe('undici:request:error', message => {
    // We cancel each request at the end of its turn.
    if ((message as Message).error?.name !== 'AbortError') arrived(message)
    ended(message)
  })
}

interface Message {
  request: { method?: string }
  error?: Error
}

function arrived(message: unknown): void {
  const wire = wires.get((message as Message).request)
  if (wire) wire.arrivedAt = Math.max(wire.sentAt ?? 0, watch.readableSince())
}

function ended(message: unknown): void {
  if (wires.delete((message as Message).request)) watch.end()
}

const TICK_MS = 5
/** A tick that comes so late was kept waiting by this program. */
const LATE_MS = 5

/** Watches, while requests are out, for moments in which this program is too busy to read what arrives. */
const watch = openWatch()

function openWatch() {
  let requests = 0
  let timer: NodeJS.Timeout | undefined
  let last = 0
  let busySince: number | undefined

  function tick(): void {
    const now = performance.now()
    if (now - last > TICK_MS + LATE_MS) {
      busySince = last
      // The loop reads what is waiting at its sockets between its timers and this.
      setImmediate(() => {
        busySince = undefined
      })
    }
    last = now
  }

  return {
    begin() {
      if (requests++ > 0) return
      last = performance.now()
      timer = setInterval(tick, TICK_MS).unref()
    },
    end() {
      if (--requests === 0) clearInterval(timer)
    },
    /** Since when what is read now may have been waiting. */
    readableSince(): number {
      const now = performance.now()
      const since = busySince ?? last
      return now - since > TICK_MS + LATE_MS ? since : now
    },
  }
}
