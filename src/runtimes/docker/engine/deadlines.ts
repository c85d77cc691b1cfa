import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'

/** Milliseconds until a complete response. */
export interface EngineDeadlines {
  /** The first request, which shows whether anything answers. */
  version: number
  read: number
  /** Stop (with its 10 s of grace) and remove. */
  change: number
}

export const ENGINE_DEADLINES: EngineDeadlines = {
  version: TIMEOUTS.engineVersion,
  read: TIMEOUTS.engineRead,
  change: TIMEOUTS.engineChange,
}

/** The part of dockerode's requests that matters here. */
interface DialOptions {
  path: string
  method: string
  /** A build or a followed log: no deadline. */
  isStream?: boolean
  abortSignal?: AbortSignal
  options?: { abortSignal?: AbortSignal }
}

type DialCallback = (error: unknown, data?: unknown) => void

/**
 * Makes every request to this engine end: by its answer, by its AbortSignal (whose reason is thrown) or by a deadline.
 * Patches dockerode's `dial`, which all requests pass. An engine that does not answer completely is `missing`; its
 * answers, refusals with a statusCode included, are passed on. dockerode's own `timeout` only measures silence on the
 * socket, and it never reports a connection that breaks in the middle of an answer.
 */
export function withDeadlines(engine: Dockerode, host: string, deadlines: EngineDeadlines): Dockerode {
  const modem = engine.modem as unknown as { dial(request: DialOptions, done: DialCallback): void }
  const dial = modem.dial.bind(modem)
  modem.dial = (request, done) => {
    if (request.isStream) return dial(request, done)
    const caller = request.abortSignal ?? request.options?.abortSignal
    if (caller?.aborted) return done(caller.reason)
    const own = new AbortController()
    const ms = deadlineOf(request, deadlines)
    const timer = setTimeout(() => end(notAnswering(host, `timed out after ${milliseconds(ms)}`)), ms)
    const onAbort = () => end(caller?.reason)
    let open = true
    const end: DialCallback = (error, data) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      caller?.removeEventListener('abort', onAbort)
      done(error, data)
      own.abort()
    }
    caller?.addEventListener('abort', onAbort, { once: true })
    dial({ ...request, abortSignal: own.signal }, (error, data) =>
      end(error && !isAnswer(error) ? notAnswering(host, reasonOf(error), error) : error, data),
    )
  }
  return engine
}

/** Whether the engine itself refused; false for an engine that could not be reached. */
export function isAnswer(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode !== undefined
}

function deadlineOf({ path, method }: DialOptions, deadlines: EngineDeadlines): number {
  if (path.startsWith('/version')) return deadlines.version
  return method === 'GET' ? deadlines.read : deadlines.change
}

function notAnswering(host: string, reason: string, cause?: unknown): SupportError {
  return new SupportError('missing', `the Docker engine at ${host} does not answer: ${reason}`, {
    hint: hintFor(host, cause),
    cause,
  })
}

function hintFor(host: string, cause: unknown): string {
  if (/podman/i.test(host))
    return "start Podman's service with `systemctl start podman.socket` (rootless: `systemctl --user …`)"
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'EACCES')
    return 'add yourself to the group "docker" and log in again, or use a rootless engine'
  return 'start Docker and check it with `docker version`'
}
