// Requests of one client that have no answer yet. Answers and cancellations name a request by its id alone, so that of two with
// one id, one would be lost.

import { isRecord } from '../../../base/records.ts'

export interface InFlight {
  /** Adds the requests in this message or batch. None of them, if an id is there already: returns the first such id. */
  take(body: unknown): unknown
  /** Whatever it asks for is over, or has not begun. */
  drop(body: unknown): void
  /** To be called with each message to the client. */
  answered(message: object): void
}

export const ID_IN_USE = 'Invalid Request: a request with this id is still being answered'

export function inFlight(): InFlight {
  const ids = new Set<unknown>()
  return {
    take(body) {
      const messages = Array.isArray(body) ? body : [body]
      const asked = messages.filter(isRequest).map(({ id }) => id)
      const taken = asked.find((id, at) => ids.has(id) || asked.indexOf(id) < at)
      if (taken !== undefined) return taken
      for (const id of asked) ids.add(id)
      // A cancelled request gets no answer.
      for (const one of messages) if (isCancelling(one)) ids.delete(one.params.requestId)
      return undefined
    },
    drop(body) {
      for (const one of Array.isArray(body) ? body : [body]) if (isRequest(one)) ids.delete(one.id)
    },
    answered(message) {
      if ('id' in message && !('method' in message)) ids.delete(message.id)
    },
  }
}

function isRequest(message: unknown): message is { id: unknown } {
  return isRecord(message) && typeof message.method === 'string' && message.id !== undefined
}

function isCancelling(message: unknown): message is { params: Record<string, unknown> } {
  return isRecord(message) && message.method === 'notifications/cancelled' && isRecord(message.params)
}
