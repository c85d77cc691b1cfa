// What all answers of a face need.

import type { Principal } from '../../access/principal.ts'
import type { RawAnswer, RequestOptions } from '../../mcp/connection.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import type { NameOf } from '../build/name.ts'
import type { LiveToolset } from '../live/live.ts'
import type { SeenLinks } from '../resources/reader.ts'
import type { Approve } from '../toolset.ts'
import type { OfferFinder } from './finder.ts'
import type { Offers } from './offers.ts'
import type { OfferPins } from './pinned.ts'
import type { TaskBook } from './tasks/book.ts'

export interface FaceContext {
  customer: string
  servers: readonly string[]
  live: LiveToolset
  /** The connections that all clients share. */
  pool: ConnectionPool
  seen: SeenLinks
  nameOf: NameOf
  tasks: TaskBook
  offers: Offers
  find: OfferFinder
  withheld: OfferPins
}

export interface FaceAsking extends RequestOptions {
  by: Principal
  approve: Approve
  /** The client's own connections (default: the shared ones). */
  pool?: ConnectionPool | undefined
}

export type Answer = (params: Record<string, unknown>, asking: FaceAsking) => Promise<RawAnswer>

/** By method of MCP. */
export type Answers = Record<string, Answer>
