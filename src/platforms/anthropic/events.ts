import { APIError } from '@anthropic-ai/sdk'
import { Stream } from '@anthropic-ai/sdk/core/streaming'
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages/messages'

/**
 * A response's events, with undefined for a ping. While a model thinks silently, pings may be the only sign of life for
 * minutes, and the SDK's own stream drops them. An `error` event is thrown as the SDK would throw it.
 */
export async function* eventsIn(response: Response): AsyncGenerator<RawMessageStreamEvent | undefined> {
  for await (const { event, data } of Stream.rawEvents(response)) {
    if (event === 'error') {
      const body = JSON.parse(data) as { error?: { type?: ErrorType } }
      throw new APIError(undefined, body, undefined, response.headers, body.error?.type)
    }
    yield event === null || event === 'ping' || !data
      ? undefined
      : (JSON.parse(data) as RawMessageStreamEvent)
  }
}

type ErrorType = Exclude<APIError['type'], null>
