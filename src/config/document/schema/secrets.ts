// Where values of credentials come from. The values themselves never stand in this file.

import { z } from 'zod'
import { credentialName, seconds, text } from './names.ts'

const place = z.strictObject({
  command: z
    .array(z.string().max(2_000, 'is longer than 2,000 characters'))
    .min(1, 'must name a program')
    .max(100, 'has more than 100 arguments')
    .optional()
    .describe('A program and its arguments, which prints the value on one line; run without a shell'),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable'))
    .max(50, 'names more than 50 variables')
    .optional()
    .describe('command: further variables of the environment that it gets'),
  file: text.optional().describe('A file that holds nothing but the value, relative to this file'),
})

export const secretsSchema = z.strictObject({
  from: z.record(credentialName, place).optional().describe('Where to get credentials from, by name'),
  cache_seconds: seconds.optional().describe('How long a value counts as current (default: 300)'),
  timeout_seconds: seconds.optional().describe('How long one place may take to answer (default: 20)'),
})

export type SecretsInput = z.infer<typeof secretsSchema>
