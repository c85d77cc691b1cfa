// One request over undici, without the streams of Node around its response: they cost more than the rest of it.

import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** The response to a request, as soon as its headers are there. */
export interface SocketReply {
  statusCode: number
  /** Names in lower case. */
  headers: IncomingHttpHeaders
  body: ReplyBody
}

/** The body of a response, as it comes. Whoever does not read it must destroy it: it keeps its socket. */
export interface ReplyBody {
  /**
   * Calls back with each part, once for all parts of the body; resolves at its end. Rejects with what broke it, or with what `onPart`
   * throws, which ends it.
   */
  read(onPart: (part: Buffer) => void): Promise<void>
  /** No more parts until resume(), but for a few that are there. */
  pause(): void
  resume(): void
  /** Closes its socket, unless the body has ended. */
  destroy(): void
  /** Calls back when it has ended in any way; at once if it has. */
  onClosed(listener: () => void): void
}

export type SocketRequest = Dispatcher.DispatchOptions & { signal: AbortSignal | null }

/** Bytes that wait for a reader. */
const MOST_WAITING = 65_536

/** Throws what undici says, or the reason of the signal. */
export function send(dispatcher: Dispatcher, { signal, ...options }: SocketRequest): Promise<SocketReply> {
  return new Promise((resolve, reject) => {
    let started: Dispatcher.DispatchController | undefined
    let body: OpenBody | undefined
    const abort = () => started?.abort(signal?.reason)
    const end = () => signal?.removeEventListener('abort', abort)
    const fail = (error: unknown) => {
      end()
      if (body) body.fail(error)
      else reject(error)
    }
    signal?.addEventListener('abort', abort, { once: true })
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        started = controller
        if (signal?.aborted) abort()
      },
      onResponseStart(controller, statusCode, headers) {
        // What comes before the response, such as 103.
        if (statusCode < 200) return
        body = openBody(controller)
        resolve({ statusCode, headers, body })
      },
      onResponseData(_, part) {
        body?.add(part)
      },
      onResponseEnd() {
        end()
        body?.end()
      },
      onResponseError: (_, error) => fail(error),
    }
    try {
      dispatcher.dispatch(options, handler)
    } catch (error) {
      fail(error)
    }
  })
}

interface OpenBody extends ReplyBody {
  add(part: Buffer): void
  end(): void
  fail(error: unknown): void
}

function openBody(controller: Dispatcher.DispatchController): OpenBody {
  const waiting: Buffer[] = []
  const listeners: (() => void)[] = []
  let bytes = 0
  let reader: { onPart(part: Buffer): void; resolve(): void; reject(error: unknown): void } | undefined
  let ended: { error?: unknown } | undefined
  /** The reader wants no more. */
  let isStopped = false

  function settle(): void {
    if (ended && 'error' in ended) reader?.reject(ended.error)
    else if (ended) reader?.resolve()
  }

  function close(how: { error?: unknown }): void {
    if (ended) return
    ended = how
    settle()
    for (const listener of listeners) listener()
  }

  function stop(error: unknown): void {
    isStopped = true
    close({ error })
    // Not now: undici's parser, which may be calling us, would read from the closed socket for ever.
    queueMicrotask(() => controller.abort(error as Error))
  }

  function deliver(part: Buffer): void {
    try {
      if (!isStopped) reader?.onPart(part)
    } catch (error) {
      stop(error)
    }
  }

  return {
    add(part) {
      // undici's parser reports an empty part after each pause.
      if (ended || part.length === 0) return
      if (reader) return deliver(part)
      waiting.push(part)
      bytes += part.length
      if (bytes > MOST_WAITING) controller.pause()
    },
    end: () => close({}),
    fail: error => close({ error }),
    read(onPart) {
      return new Promise((resolve, reject) => {
        reader = { onPart, resolve, reject }
        for (const part of waiting.splice(0)) deliver(part)
        if (bytes > MOST_WAITING) controller.resume()
        settle()
      })
    },
    pause: () => controller.pause(),
    resume: () => controller.resume(),
    destroy() {
      if (!ended) stop(new Error('the response is not wanted any more'))
    },
    onClosed(listener) {
      if (ended) listener()
      else listeners.push(listener)
    },
  }
}
