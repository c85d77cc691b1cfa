// Values that many parts of mcp_servers.json share.

import { z } from 'zod'
import { isReserved } from '../../references.ts'

/** The name of a credential. A value in its place is rejected without repeating it. */
export const credentialName = z
  .string()
  .regex(
    /^[A-Z_][A-Z0-9_]{0,99}$/,
    'must be the NAME of a credential in capitals, such as GRAFANA_TOKEN_ACME, not its value',
  )
  .refine(name => !isReserved(name), { message: 'names a variable that controls other programs' })

export const text = z.string().min(1, 'must not be empty').max(500, 'is longer than 500 characters')
export const port = z.int().min(1024, 'must be 1024 or more').max(65_535, 'must be 65535 or less')
export const seconds = z.number().positive('must be more than 0').max(86_400, 'must be at most a day (86400)')
