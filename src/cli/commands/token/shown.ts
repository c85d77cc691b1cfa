import type { KeptToken } from '../../../access/tokens/file.ts'
import { ALL_METRICS, isValid } from '../../../access/tokens/tokens.ts'

/** A token as --json prints it: without its hash. */
export function shownToken({ id, name, customer, role, created, expires, lastUsed }: KeptToken) {
  const times = { created, expires, expired: !isValid({ expires }), lastUsed: lastUsed ?? null }
  const use = customer === ALL_METRICS ? { customer: null, role: 'metrics' } : { customer, role }
  return { id, name, ...use, ...times }
}
