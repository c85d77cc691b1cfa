import { z } from 'zod'
import { text } from './names.ts'

/** RFC 6749, section 3.3: a scope has no space, quote or backslash. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be one scope, without spaces or quotes')

export const gatewaySchema = z.strictObject({
  identity: z
    .strictObject({
      issuer: text.describe('Issuer, exactly as its tokens name it in "iss"'),
      jwks_url: text.optional().describe('Address of its public keys (default: from its metadata)'),
      scopes: z
        .strictObject({
          read: scope.optional().describe('Scope for tools that only read (default: supportmax:read)'),
          write: scope.optional().describe('Scope for all tools (default: supportmax:write)'),
        })
        .optional(),
    })
    .optional()
    .describe(
      'Identity provider whose access tokens (JWTs) also open the doors; the audience is the URL of the door',
    ),
})
