// In the newer era, a server that wants more input answers a call with what it asks, and gets the call again with the answers.

import { isRecord } from '../../../base/records.ts'
import { Fault, type ServerListener } from '../../connection.ts'

/** A server that asks more often is not answered any more. */
const MOST_ROUNDS = 20
/** In one answer. */
const MOST_ASKED = 20
const NEVER = new AbortController().signal

type Params = Record<string, unknown>

/** Whether a server may ask for input in its answers. */
export function canAnswer(listener: ServerListener | undefined): listener is ServerListener {
  return listener?.capabilities.elicitation !== undefined
}

/** Sends the call, as often as its server asks for more. */
export async function inRounds<T extends Params>(
  params: Params,
  send: (params: Params) => Promise<T>,
  { answering, signal = NEVER }: { answering: ServerListener | undefined; signal: AbortSignal | undefined },
): Promise<T> {
  let asked = params
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const result = await send(asked)
    if (result.resultType !== 'input_required' || !canAnswer(answering)) return result
    asked = { ...params, ...(await answered(result, answering, signal)) }
  }
  throw new Fault('protocol', `the server asked for more input ${MOST_ROUNDS} times`)
}

async function answered(
  { inputRequests, requestState }: Params,
  listener: ServerListener,
  signal: AbortSignal,
): Promise<Params> {
  const requests = isRecord(inputRequests) ? Object.entries(inputRequests).slice(0, MOST_ASKED) : []
  const inputResponses: Record<string, object> = {}
  for (const [key, request] of requests) {
    const { method, params }: Record<string, unknown> = isRecord(request) ? request : {}
    // What a person does not answer ends here, too: the server decides what that means.
    inputResponses[key] = await listener.onRequest(
      typeof method === 'string' ? method : '',
      isRecord(params) ? params : {},
      signal,
    )
  }
  return { inputResponses, ...(requestState !== undefined && { requestState }) }
}
