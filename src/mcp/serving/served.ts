// What an MCP client of ours is served, whatever it connects by.

import type { Principal } from '../../access/principal.ts'
import type { RawAnswer, RequestOptions, ServerAbout, ServerListener } from '../connection.ts'
import type { ConnectionPool } from '../pool.ts'
import type { ParamHeader } from '../wire/listing/param-headers.ts'

/** Of the newer era: https://modelcontextprotocol.io/seps/2663-tasks-extension */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'

export interface ServedDoor {
  /** What we say of ourselves. `capabilities` are those of shared connections. */
  about(): Promise<ServerAbout>
  /** Whether answer() knows this method. */
  serves(method: string): boolean
  /** The role that a call of this tool needs. */
  roleFor(tool: string): Promise<Principal['role']>
  /** The arguments of this tool that HTTP headers must repeat. */
  headersFor(tool: string): Promise<readonly ParamHeader[]>
  /** The answer to any request but `initialize`, `ping` and `server/discover`. Never throws. */
  answer(method: string, params: Record<string, unknown>, asking: DoorRequest): Promise<RawAnswer>
  /** Connections for one client alone, so that questions of servers reach it. Undefined: there are none, or too many. */
  openOwn?: ((listener: ServerListener) => ConnectionPool | undefined) | undefined
  /** Changes when a client's own connections have become those of an older configuration (default: never). */
  edition?(): unknown
  /** Called when a client has connected that stays. Returns what to call when it has gone. */
  onClient?(): () => void
}

/** One request of a client. */
export interface DoorRequest extends RequestOptions {
  by: Principal
  /** The client's own connections, if it needs some. */
  pool?: ConnectionPool | undefined
  /** Asks the person at the client; undefined if it cannot. */
  elicit?: Elicit | undefined
}

/** A question with `yes` or `no` for an answer, or undefined if the answer comes with the client's next request. */
export type Elicit = (message: string) => Promise<boolean | undefined>
