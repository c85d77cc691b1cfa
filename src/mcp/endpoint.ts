import type { ImageSource, ReadOnlyTrust, ServerKey, SmokeCall, TransportKind } from '../config/project.ts'

/** All that is needed to reach one server of one customer, as this machine sees it. Holds a secret: never print it. */
export interface Endpoint extends ServerKey {
  /** Full URL with path, for example http://127.0.0.1:9201/sse. */
  url: string
  transport: TransportKind
  /** Bearer token of this very server; anything else that answers on the port refuses it or is refused. */
  token: string | undefined
  /** CA bundle (PEM file) to trust beside the system's, for an external server. */
  caFile: string | undefined
  trust: ReadOnlyTrust
  smoke: SmokeCall
  /** Of a server that we started: whether it is our own build, or pulled. undefined = external. */
  image: ImageSource['kind'] | undefined
  deadlines: Deadlines
}

/** Milliseconds. */
export interface Deadlines {
  connect: number
  probe: number
  call: number
}

export const DEADLINES: Deadlines = { connect: 5_000, probe: 10_000, call: 60_000 }

/** Why there is nothing to connect to; a value, not an error. */
export interface Unavailable {
  state: 'stopped' | 'missing_credentials' | 'starting' | 'crash_loop' | 'degraded'
  reason: string
  hint: string
}

/** Looked up anew at each connection: ports move when a stack is recreated. */
export type FindEndpoint = (key: ServerKey, signal?: AbortSignal) => Promise<Endpoint | Unavailable>
