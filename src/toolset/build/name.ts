import { createHash } from 'node:crypto'
import { redact } from '../../base/redact.ts'

const LEGAL = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const LONGEST = 64
/** How a hashed name ends. A plain name that ends like this is hashed too, so that no two names can collide. */
const HASHED = /__x[0-9a-f]{16}$/

/**
 * The name under which a model sees a tool: `<server>__<tool>`, legal on every platform. An injective function of both (a
 * server's name has no underscore); names that are too long or illegal, or contain a credential, end in a hash.
 */
export function toolName(server: string, tool: string): string {
  // Before illegal characters are replaced: after that, nobody would recognise a credential in the name.
  const shown = redact(tool)
  const plain = `${server}__${shown}`
  if (shown === tool && LEGAL.test(plain) && !HASHED.test(plain)) return plain
  const hash = createHash('sha256')
    .update(JSON.stringify([server, tool]))
    .digest('hex')
    .slice(0, 16)
  const head = plain.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, LONGEST - hash.length - 3)
  return `${head}__x${hash}`
}

/** How a tool or a prompt of a server is called by its customer's clients. */
export type NameOf = (server: string, name: string) => string

/** For a customer with one server: the names that the server gives. */
export const plainName: NameOf = (_, name) => name
