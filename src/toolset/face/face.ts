// A customer's tools, prompts and resources for another MCP client: the same wall and the same gate as in the chat, with
// whole definitions and whole results.

import { INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND } from '../../base/http/rpc-codes.ts'
import type { Customer } from '../../config/project.ts'
import type { RawAnswer } from '../../mcp/connection.ts'
import type { ConnectionPool } from '../../mcp/pool.ts'
import { isDeeperThan } from '../../mcp/wire/listing/pages.ts'
import { plainName, toolName } from '../build/name.ts'
import { failure, rejectionIn, thrownReason } from '../calls/pass.ts'
import type { LiveToolset } from '../live/live.ts'
import type { Pins } from '../pins/pins.ts'
import type { SeenLinks } from '../resources/reader.ts'
import type { Answers, FaceAsking } from './context.ts'
import { createOfferFinder } from './finder.ts'
import { listAnswers } from './lists.ts'
import { openOffers } from './offers.ts'
import { offerPins } from './pinned.ts'
import { requestAnswers } from './requests.ts'
import { openTaskBook, type TaskBook } from './tasks/book.ts'

export interface Face {
  serves(method: string): boolean
  /** The answer to any request of MCP but `initialize`, `ping` and `server/discover`. Never throws. */
  answer(method: string, params: Record<string, unknown>, asking: FaceAsking): Promise<RawAnswer>
}

/** Much deeper nesting overflows the stack, also when the call is recorded. */
const DEEPEST_PARAMS = 500

interface FaceOptions {
  customer: Customer
  live: LiveToolset
  pool: ConnectionPool
  seen: SeenLinks
  /** Names as the server gives them, for a customer with one server. */
  plain: boolean
  /** The definitions that were accepted (default: all are). */
  pins?: Pins | undefined
  /** Which caller each task belongs to (default: none is known yet). */
  tasks?: TaskBook | undefined
  /** Called with a word, such as `prompt`, and what is withheld of that kind. */
  onWithheld?(word: string, names: readonly string[]): void
  /** Milliseconds to wait for a server that is slower than the others (default: 50). */
  patience?: number | undefined
}

export function openFace({
  customer,
  live,
  pool,
  seen,
  plain,
  pins,
  tasks = openTaskBook(),
  onWithheld = () => {},
  patience = 50,
}: FaceOptions): Face {
  const servers = customer.servers.map(one => one.name)
  const shared = { customer: customer.id, servers, pool, seen, nameOf: plain ? plainName : toolName }
  const withheld = offerPins(customer.servers, pins, onWithheld)
  const offers = openOffers({ ...shared, patience, isAway: live.isMissing, acceptedOf: withheld.acceptedOf })
  const find = createOfferFinder({ ...shared, offers, faultOf: withheld.faultOf })
  const context = { ...shared, live, tasks, offers, withheld, find }
  const answers: Answers = { ...listAnswers(context), ...requestAnswers(context) }
  const serves = (method: string) => Object.hasOwn(answers, method)
  return {
    serves,
    async answer(method, params, asking) {
      const answer = serves(method) ? answers[method] : undefined
      if (!answer) return failure(METHOD_NOT_FOUND, 'Method not found')
      if (isDeeperThan(DEEPEST_PARAMS, params))
        return failure(INVALID_PARAMS, `"params" are nested deeper than ${DEEPEST_PARAMS} levels`)
      return answer(params, asking).catch(
        error => rejectionIn(error) ?? failure(INTERNAL_ERROR, thrownReason(error)),
      )
    },
  }
}
