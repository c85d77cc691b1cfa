import type { KeptToken } from '../../../access/tokens/file.ts'
import { isValid } from '../../../access/tokens/tokens.ts'

/** A token as --json prints it: without its hash. */
export function shownToken({ id, name, customer, role, created, expires, lastUsed }: KeptToken) {
  const times = { created, expires, expired: !isValid({ expires }), lastUsed: lastUsed ?? null }
  return { id, name, customer, role, ...times }
}
