// Requests of the newer era that need the client's input take several rounds: an answer `input_required`, and the same request
// again with the input. What we must know in the next round travels in `requestState`, signed and bound to who asks for what.

import { createHash } from 'node:crypto'
import {
  CLIENT_CAPABILITIES_META_KEY,
  LOG_LEVEL_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Principal } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { type RequestStates, requestStates } from './request-states.ts'
import type { Elicit, ServedDoor } from './served.ts'

export interface Round {
  /** What the server behind us gets besides the request: the client's capabilities, its input and the server's own state. */
  params: Record<string, unknown>
  elicit: Elicit | undefined
  /** The result for the client: with our state around the server's, or with our own question in its place. */
  resultOf(result: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** Key of our own question, which no server uses. */
const APPROVAL = 'com.supportmax/approval'

const statesByDoor = new WeakMap<ServedDoor, RequestStates>()

/** Each door has its own, for as long as it is open: one person may use the doors of several customers. */
function statesOf(served: ServedDoor): RequestStates {
  const known = statesByDoor.get(served)
  if (known) return known
  const states = requestStates()
  statesByDoor.set(served, states)
  return states
}

/** Throws a ProtocolError for a state that is not ours, was changed, is too old, or belongs to another request. */
export async function roundOf(
  method: string,
  params: Record<string, unknown>,
  { served, context, by }: { served: ServedDoor; context: ServerContext; by: Principal },
): Promise<Round> {
  const { _meta, ...asked } = params
  const of = createHash('sha256')
    .update(JSON.stringify([by.id, method, asked]))
    .digest('base64url')
  const states = statesOf(served)
  const state: unknown = context.mcpReq.requestState()
  const held =
    state === undefined ? undefined : await states.take(typeof state === 'string' ? state : '', of, context)
  const { [APPROVAL]: approval, ...inputs } = inputsIn(context)
  const can = capabilitiesIn(context)
  const isGiven =
    held?.approval === 'given' ||
    (held?.approval === 'asked' && isRecord(approval) && approval.action === 'accept')
  let question: string | undefined
  return {
    params: {
      ...((Object.keys(inputs).length > 0 || method === 'tasks/update') && { inputResponses: inputs }),
      ...(held?.state !== undefined && { requestState: held.state }),
      _meta: { ...(isRecord(_meta) ? _meta : {}), ...metaFor(context) },
    },
    elicit:
      can.elicitation === undefined
        ? undefined
        : async message => {
            if (isGiven) return true
            if (held?.approval === 'asked' && approval !== undefined) return false
            question = message
            return undefined
          },
    async resultOf(result) {
      if (question !== undefined)
        return {
          resultType: 'input_required',
          inputRequests: { [APPROVAL]: formFor(question) },
          requestState: await states.mint({ of, state: held?.state, approval: 'asked' }),
        }
      if (result.resultType !== 'input_required') return result
      const { requestState } = result
      const state = typeof requestState === 'string' ? requestState : undefined
      if (state === undefined && !isGiven) return result
      return {
        ...result,
        requestState: await states.mint({ of, state, approval: isGiven ? 'given' : undefined }),
      }
    },
  }
}

/** The capabilities of the client of this request; empty for one of the older era. */
export function capabilitiesIn({ mcpReq }: ServerContext): Record<string, unknown> {
  const found = envelopeOf(mcpReq)[CLIENT_CAPABILITIES_META_KEY]
  return isRecord(found) ? found : {}
}

/** What the server behind us must know of the client. */
function metaFor({ mcpReq }: ServerContext): Record<string, unknown> {
  const { [LOG_LEVEL_META_KEY]: level, [CLIENT_CAPABILITIES_META_KEY]: found } = envelopeOf(mcpReq)
  return {
    ...(isRecord(found) && { [CLIENT_CAPABILITIES_META_KEY]: found }),
    ...(level !== undefined && { [LOG_LEVEL_META_KEY]: level }),
  }
}

function envelopeOf({ envelope }: ServerContext['mcpReq']): Record<string, unknown> {
  return { ...envelope }
}

function inputsIn({ mcpReq }: ServerContext): Record<string, unknown> {
  return { ...mcpReq.inputResponses }
}

/** A form without fields: accepting it is the answer. */
export function formFor(message: string) {
  const requestedSchema = { type: 'object' as const, properties: {} }
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } }
}
