import type { Recorded } from '../instance.ts'
import type { Violation } from '../refuse/refused.ts'
import type { Route } from '../serve/route.ts'
import type { Ask } from '../wire/frame.ts'
import { anthropicViolation } from './anthropic/body.ts'
import { googleViolation } from './google/body.ts'
import { completionsViolation } from './openai/completions.ts'
import { responsesViolation } from './openai/responses.ts'

/** The first of its vendor's rules that a request breaks. */
export function violationOf(route: Route, ask: Ask, record: Recorded): Violation | undefined {
  switch (route.endpoint?.kind) {
    case 'responses':
      return undated(route, record) ?? responsesViolation(ask)
    case 'completions':
      return undated(route, record) ?? completionsViolation(ask)
    case 'messages':
      return record.headers['anthropic-version']
        ? anthropicViolation(ask)
        : { message: 'header is required', param: 'anthropic-version' }
    case 'gemini':
      return googleViolation(ask, record.query)
    default:
      return undefined
  }
}

/** Azure's older surface wants a version in the query; without one it knows no such address. */
function undated({ vendor }: Route, { path, query }: Recorded): Violation | undefined {
  const isFree = vendor !== 'azure' || path.includes('/openai/v1/') || Boolean(query['api-version'])
  return isFree ? undefined : { message: 'Resource not found', code: '404', status: 404 }
}
