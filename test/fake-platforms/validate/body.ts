import type { Recorded } from '../instance.ts'
import type { Violation } from '../refuse/refused.ts'
import type { Route } from '../route.ts'
import type { Ask } from '../wire/frame.ts'

/** The first of its vendor's rules that a request breaks. */
export function violationOf(_route: Route, _ask: Ask, _record: Recorded): Violation | undefined {
  return undefined
}
