// Who uses a customer's tools.

import type { Access } from '../config/project.ts'

export interface Principal {
  /** Stable, and without a person's name: `local`, `token:<id>`, `subject:<hash>`. */
  id: string
  /** For people: `laptop`. */
  name: string
  /** Which of a customer's tools it may use. The customer's own access limits it, too. */
  role: Access
  /** When its token expires, in milliseconds since 1970; undefined for our own tokens, which are looked up. */
  expires?: number
}

/** The person at this machine, in the chat or with a command. */
export const LOCAL: Principal = { id: 'local', name: 'this machine', role: 'read-write' }
