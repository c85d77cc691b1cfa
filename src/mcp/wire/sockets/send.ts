// Sends one request over undici and reads the response through callbacks: a Node stream around it would cost more than the rest.

import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** The response to a request, as soon as its headers are there. */
export interface SocketReply {
  statusCode: number
  /** Names in lower case. */
  headers: IncomingHttpHeaders
  body: ReplyBody
}

/** The body of a response, as it arrives. It holds its socket, so read it or destroy it. */
export interface ReplyBody {
  /**
   * Calls back with each part, and resolves at the end. Call it once. Rejects with the error that broke the body, or with what
   * `onPart` throws, which stops the reading.
   */
  read(onPart: (part: Buffer) => void): Promise<void>
  /** Holds back further parts until resume(); a few that have already arrived may still come. */
  pause(): void
  resume(): void
  /** Closes its socket, unless the body has ended. */
  destroy(): void
  /** Calls back once the body has ended, failed or been destroyed; immediately if it already has. */
  onClosed(listener: () => void): void
}

export type SocketRequest = Dispatcher.DispatchOptions & { signal: AbortSignal | null }

/** Bytes buffered before there is a reader. */
const MOST_WAITING = 65_536
/** Bytes after which a body rests until the next turn of the event loop: a flood must not hold up other servers. */
const MOST_AT_ONCE = 65_536

/** Throws undici's error, or the reason of the signal. */
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
        // Informational, such as 103: the response is still to come.
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
  const flow = openFlow(controller)
  const waiting: Buffer[] = []
  const listeners: (() => void)[] = []
  let bytes = 0
  let reader: { onPart(part: Buffer): void; resolve(): void; reject(error: unknown): void } | undefined
  let ended: { error?: unknown } | undefined
  /** The reader has stopped or been destroyed. */
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
    // Deferred: undici's parser may be calling us, and would loop forever on the closed socket.
    queueMicrotask(() => controller.abort(error as Error))
  }

  function deliver(part: Buffer): void {
    flow.took(part.length)
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
      if (bytes > MOST_WAITING) flow.pause()
    },
    end: () => close({}),
    fail: error => close({ error }),
    read(onPart) {
      return new Promise((resolve, reject) => {
        reader = { onPart, resolve, reject }
        for (const part of waiting.splice(0)) deliver(part)
        if (bytes > MOST_WAITING) flow.resume()
        settle()
      })
    },
    pause: flow.pause,
    resume: flow.resume,
    destroy() {
      if (!ended) stop(new Error('the response is not wanted any more'))
    },
    onClosed(listener) {
      if (ended) listener()
      else listeners.push(listener)
    },
  }
}

/** Lets parts come unless the reader holds them back, or there were many in this turn of the event loop. */
function openFlow(controller: Dispatcher.DispatchController) {
  let isHeld = false
  let isResting = false
  let bytes = 0
  const goOn = () => {
    isResting = false
    if (!isHeld) controller.resume()
  }
  return {
    took(count: number): void {
      bytes += count
      if (bytes < MOST_AT_ONCE || isResting) return
      bytes = 0
      isResting = true
      controller.pause()
      setImmediate(goOn)
    },
    pause(): void {
      isHeld = true
      controller.pause()
    },
    resume(): void {
      isHeld = false
      if (!isResting) controller.resume()
    },
  }
}
