// Requests of the newer era that need the client's input take several rounds: an answer `input_required`, and the same request
// again with the input. What we must know in the next round travels in `requestState`, signed and bound to who asks for what.

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  LOG_LEVEL_META_KEY,
  ProtocolError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Principal } from '../../access/principal.ts'
import { isRecord } from '../../base/records.ts'
import { INVALID_PARAMS } from '../rpc-codes.ts'
import type { Elicit, ServedDoor } from './served.ts'

export interface Round {
  /** What the server behind us gets besides the request: the client's capabilities, its input and the server's own state. */
  params: Record<string, unknown>
  elicit: Elicit | undefined
  /** The result for the client: with our state around the server's, or with our own question in its place. */
  resultOf(result: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** What a state holds. */
interface Held {
  /** Whose state it is, and of which request. */
  of: string
  /** The server's own. */
  state?: string | undefined
  /** Whether the person has been asked, or has already agreed. */
  approval?: 'asked' | 'given' | undefined
  /** So that an answer counts once. */
  nonce: string
}

/** Key of our own question, which no server uses. */
const APPROVAL = 'com.supportmax/approval'

/** Milliseconds for which a state is good: the SDK's own default. */
const LIFETIME = 600_000

type Codec = ReturnType<typeof createRequestStateCodec<Held>>

/** Each door signs with a key of its own, for as long as it is open: one person may use the doors of several customers. */
const codecs = new WeakMap<ServedDoor, Codec>()

function codecOf(served: ServedDoor): Codec {
  const known = codecs.get(served)
  if (known) return known
  const codec = createRequestStateCodec<Held>({ key: randomBytes(32), ttlSeconds: LIFETIME / 1000 })
  codecs.set(served, codec)
  return codec
}

/** States with an approval that have come back, and when they expire: each allows one call. */
const spent = new Map<string, number>()

function spend({ nonce, approval }: Held): void {
  const now = Date.now()
  for (const [one, expires] of spent) if (expires < now) spent.delete(one)
  if (approval === undefined) return
  if (spent.has(nonce)) throw new ProtocolError(INVALID_PARAMS, 'requestState has been used already')
  spent.set(nonce, now + LIFETIME)
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
  const codec = codecOf(served)
  const held = await heldIn(codec, context, of)
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
          requestState: await codec.mint({ of, state: held?.state, approval: 'asked', nonce: randomUUID() }),
        }
      if (result.resultType !== 'input_required') return result
      const { requestState } = result
      const state = typeof requestState === 'string' ? requestState : undefined
      if (state === undefined && !isGiven) return result
      return {
        ...result,
        requestState: await codec.mint({
          of,
          state,
          approval: isGiven ? 'given' : undefined,
          nonce: randomUUID(),
        }),
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

async function heldIn(codec: Codec, context: ServerContext, of: string): Promise<Held | undefined> {
  const state: unknown = context.mcpReq.requestState()
  if (state === undefined) return undefined
  const held = await codec.verify(String(state), context).catch(() => undefined)
  if (held?.of === of) {
    spend(held)
    return held
  }
  throw new ProtocolError(INVALID_PARAMS, 'requestState is not valid for this request')
}

/** A form without fields: accepting it is the answer. */
export function formFor(message: string) {
  const requestedSchema = { type: 'object' as const, properties: {} }
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } }
}
