import type { ImageSource, ReadOnlyTrust, ServerKey, SmokeCall, TransportKind } from '../config/project.ts'

/** Everything needed to reach one server of one customer from this machine. Holds a secret: never print it. */
export interface Endpoint extends ServerKey {
  /** Full URL with path, for example http://127.0.0.1:9201/sse. */
  url: string
  transport: TransportKind
  /** Bearer token of this server alone: anything else that listens on its port rejects it, or is rejected. */
  token: string | undefined
  /** CA bundle (PEM file) to trust besides the system's, for an external server. */
  caFile: string | undefined
  trust: ReadOnlyTrust
  smoke: SmokeCall
  /** Whether a server that we started is our own build or pulled; undefined = external. */
  image: ImageSource['kind'] | undefined
  deadlines: Deadlines
}

/** Milliseconds. */
export interface Deadlines {
  connect: number
  probe: number
  call: number
}

/** Why a server cannot be connected to now; a value, not an error. */
export interface Unavailable {
  state: 'stopped' | 'missing_credentials' | 'starting' | 'crash_loop' | 'degraded'
  reason: string
  hint: string
}

/** Called for each connection: ports move when a stack is recreated. */
export type FindEndpoint = (key: ServerKey, signal?: AbortSignal) => Promise<Endpoint | Unavailable>
