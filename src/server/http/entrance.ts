// The one place that decides who asks. Every route is behind it.

import type { Principal } from '../../access/principal.ts'
import { ALL_METRICS } from '../../access/tokens/tokens.ts'
import { refusal } from '../../mcp/serving/http/refusal.ts'
import { strangerGate } from '../../mcp/serving/http/strangers.ts'

export interface Entrance {
  /** Refuses what only a web page would send. Undefined: the request may go on. */
  refuseStranger(request: Request): Response | undefined
  /** Who may enter this customer's door, or the refusal, which does not tell whether there is such a customer. */
  principalFor(request: Request, customer: string): Promise<Principal | Response>
  /** The refusal of a call that needs another role, in the words of this principal's identity provider; else `refusal`. */
  scopeRefusal(refusal: Response, customer: string, by: Principal): Response | Promise<Response>
  /** Whose metrics this request may read: an id of a customer, or undefined for all of them. Or the refusal. */
  metricsFor(request: Request): { customer: string | undefined } | Response
  /** What a door says about who issues its tokens; undefined without an identity provider. The same for every customer. */
  metadataFor(customer: string): object | undefined
}

/** Tokens of an identity provider, at the doors of this server. */
export interface Identity {
  /** The same refusal as at a door that does not exist. */
  principalFor(request: Request, customer: string): Promise<Principal | Response>
  /** The refusal of a call that needs the scope to write. */
  scopeNeeded(customer: string): Promise<Response>
  metadataFor(customer: string): object
}

export interface EntranceOptions {
  /** Whose token it is, if it is good for this customer's door now. */
  findToken(token: string, customer: string): Principal | undefined
  /** Whose metrics it may read now: an id of a customer, or ALL_METRICS. */
  metricsOf(token: string): string | undefined
  /** The identity provider, if one is configured now. */
  identity?(): Identity | undefined
  /** Origins whose web pages may call. */
  origins: readonly string[]
}

export function createEntrance({ findToken, metricsOf, identity, origins }: EntranceOptions): Entrance {
  return {
    refuseStranger: strangerGate(origins),
    async principalFor(request, customer) {
      const token = bearerIn(request.headers.get('authorization'))
      const own = token === undefined ? undefined : findToken(token, customer)
      return own ?? identity?.()?.principalFor(request, customer) ?? unauthorized()
    },
    metricsFor(request) {
      const token = bearerIn(request.headers.get('authorization'))
      const of = token === undefined ? undefined : metricsOf(token)
      if (of === undefined) return unauthorized()
      return { customer: of === ALL_METRICS ? undefined : of }
    },
    scopeRefusal: (refusal, customer, { expires }) =>
      (expires === undefined ? undefined : identity?.()?.scopeNeeded(customer)) ?? refusal,
    metadataFor: customer => identity?.()?.metadataFor(customer),
  }
}

/** Our own tokens are shorter. */
const LONGEST_TOKEN = 16_384

function bearerIn(header: string | null): string | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? []
  return token !== undefined && token.length <= LONGEST_TOKEN ? token : undefined
}

/** With a bare challenge: if it named a sign-in, clients would start one that cannot end. */
function unauthorized(): Response {
  const response = refusal(401, 'Unauthorized: a token for this door is needed')
  response.headers.set('www-authenticate', 'Bearer')
  return response
}
