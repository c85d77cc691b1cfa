import type Dockerode from 'dockerode'
import { reasonOf, SupportError } from '../../../base/errors.ts'

/** Milliseconds for one whole answer. */
export interface EngineDeadlines {
  /** Is anyone there at all. */
  version: number
  read: number
  /** Stop (10 s of grace) and remove. */
  change: number
}

export const ENGINE_DEADLINES: EngineDeadlines = { version: 5_000, read: 10_000, change: 20_000 }

/** What this file knows of a request as dockerode words it. */
interface Ask {
  path: string
  method: string
  /** A build, a followed log: they live as long as they live. */
  isStream?: boolean
  abortSignal?: AbortSignal
  options?: { abortSignal?: AbortSignal }
}

type Told = (error: unknown, data?: unknown) => void

/**
 * Gives every request of this engine an end, at the one door that all of them pass: its answer, its AbortSignal
 * (the reason is thrown) or a deadline. An engine that answers nothing, or not to the end, is `missing`; what it
 * does answer, refusals with their statusCode too, is passed on. dockerode's own `timeout` is one of silence on a
 * socket, and a connection that breaks within an answer it never tells.
 */
export function withDeadlines(engine: Dockerode, host: string, deadlines: EngineDeadlines): Dockerode {
  const modem = engine.modem as unknown as { dial(ask: Ask, told: Told): void }
  const dial = modem.dial.bind(modem)
  modem.dial = (ask, told) => {
    if (ask.isStream) return dial(ask, told)
    const caller = ask.abortSignal ?? ask.options?.abortSignal
    if (caller?.aborted) return told(caller.reason)
    const own = new AbortController()
    const ms = deadlineOf(ask, deadlines)
    const timer = setTimeout(() => end(silence(host, `silent for ${ms / 1000} s`)), ms)
    const onAbort = () => end(caller?.reason)
    let open = true
    const end: Told = (error, data) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      caller?.removeEventListener('abort', onAbort)
      told(error, data)
      own.abort()
    }
    caller?.addEventListener('abort', onAbort, { once: true })
    dial({ ...ask, abortSignal: own.signal }, (error, data) =>
      end(error && !isAnswer(error) ? silence(host, reasonOf(error), error) : error, data),
    )
  }
  return engine
}

/** The engine's own refusal, as against an engine that cannot be reached. */
export function isAnswer(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode !== undefined
}

function deadlineOf({ path, method }: Ask, deadlines: EngineDeadlines): number {
  if (path.startsWith('/version')) return deadlines.version
  return method === 'GET' ? deadlines.read : deadlines.change
}

function silence(host: string, reason: string, cause?: unknown): SupportError {
  return new SupportError('missing', `the Docker engine at ${host} does not answer: ${reason}`, {
    hint: hintFor(cause),
    cause,
  })
}

function hintFor(cause: unknown): string {
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'EACCES')
    return 'add yourself to the group "docker" and sign in again, or use a rootless engine'
  return 'start Docker and see  docker version  answer, or say  --runtime local'
}
