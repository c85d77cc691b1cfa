import type { NetworkPath } from '../base/http/sockets/sockets.ts'
import type {
  ImageSource,
  ProtocolVersion,
  ServerAuth,
  ServerKey,
  SmokeCall,
  TransportKind,
} from '../config/project.ts'

/** Everything needed to reach one server of one customer from this machine. Holds secrets: never print it. */
export interface Endpoint extends ServerKey, NetworkPath {
  /** The system behind it, by its name for people. */
  system: string
  /** Full URL with path, for example http://127.0.0.1:9201/sse. */
  url: string
  transport: TransportKind
  /** The newest revision of MCP that is asked for. Undefined: the newest that both sides know. */
  newestProtocol?: ProtocolVersion | undefined
  /** Bearer token of this server alone: anything else that listens on its port rejects it, or is rejected. */
  token: string | undefined
  /** How the configuration says to sign in to an external server, for hints. */
  auth: ServerAuth | undefined
  /** Gets access tokens for an external server, in place of `token`. */
  authorizer?: Authorizer | undefined
  /** Further headers of every request. */
  headers: Record<string, string>
  smoke: SmokeCall | undefined
  /** Whether a server that we started is our own build or pulled; undefined = external. */
  image: ImageSource['kind'] | undefined
  /** It is our own build, speaks the newest revision and has tools only: it need not be asked what it can do. */
  hasOnlyTools?: boolean | undefined
  /**
   * Until then (as performance.now() counts), this address is our container's, because the engine has just said so: it
   * need not prove who it is. 0: nobody has said so.
   */
  vouchedUntil: number
  /**
   * Looks for a server that we started again, before another socket is opened: by then, anything may listen on its port.
   * Undefined for one connection right after a look.
   */
  findAgain?: ((signal?: AbortSignal) => Promise<Endpoint | Unavailable>) | undefined
  /**
   * The image that the configuration puts in place of its type's. It may have other tools, and need not know our token: only a
   * server that was not vouched for shows whether it does.
   */
  override?: Override | undefined
  deadlines: Deadlines
}

/** Access tokens for one server. They change while a connection lives. */
export interface Authorizer {
  /**
   * The token to send now; undefined: none is needed yet. Throws Fault `unauthorized` when only a person can get one,
   * with the command to type.
   */
  token(signal?: AbortSignal): Promise<string | undefined>
  /** After a refusal: whether token() now returns another one, with which the request is worth sending once more. */
  renew(refusal: TokenRefusal, signal?: AbortSignal): Promise<boolean>
  /** Says that a connection is open, until the returned function is called: meanwhile, tokens are renewed in time. */
  opened?(): () => void
}

/** A request that the server refused for lack of authorization. */
export interface TokenRefusal {
  /** The token that was sent. */
  token: string | undefined
  /** 401, or 403 with the error `insufficient_scope`. */
  status: number
  /** The header WWW-Authenticate; empty if there was none. */
  challenge: string
}

export interface Override {
  image: string
  /**
   * Asks the engine whether this address is, at this moment, the container of this server: `here` if the engine is certain
   * to run on this machine, so that the container may get its token; `somewhere` if it may be another one.
   */
  findOurs(signal?: AbortSignal): Promise<'here' | 'somewhere' | 'nowhere'>
}

/** Milliseconds. */
export interface Deadlines {
  /** Opening a connection, including TLS and `initialize`. */
  connect: number
  probe: number
  /** One call, from its start or its last progress. */
  call: number
  /** Without a byte from the server (default: as long as a call). */
  idle?: number | undefined
}

/** Why a server cannot be connected to now; a value, not an error. */
export interface Unavailable {
  state: 'stopped' | 'missing_credentials' | 'auth_required' | 'starting' | 'crash_loop' | 'degraded'
  reason: string
  hint: string
}

/** Called for each connection: ports move when a stack is recreated. */
export type FindEndpoint = (key: ServerKey, signal?: AbortSignal) => Promise<Endpoint | Unavailable>
