// Where values of credentials come from. The file never contains the values themselves.

import { z } from 'zod'
import { credentialName, seconds, text } from './names.ts'

const vaultPath = z
  .string()
  .max(500, 'is longer than 500 characters')
  .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[^/\s]+(\/[^/\s]+)*$/, 'must be a path such as acme/grafana')

const place = z.strictObject({
  command: z
    .array(z.string().max(2_000, 'is longer than 2,000 characters'))
    .min(1, 'must name a program')
    .max(100, 'has more than 100 arguments')
    .refine(words => words[0]?.trim() !== '', 'must name a program')
    .optional()
    .describe('A program and its arguments, which prints the value on one line; run without a shell'),
  env: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable'))
    .max(50, 'names more than 50 variables')
    .optional()
    .describe('command: further variables of the environment that it gets'),
  file: text.optional().describe('A file that holds nothing but the value, relative to this file'),
  vault: vaultPath.optional().describe('Path of a secret in the Vault of "secrets.vault"'),
  field: text.optional().describe('vault: field of that secret (default: the only one)'),
  keyring: text.optional().describe("Account of an entry in the system's keyring"),
})

const vault = z
  .strictObject({
    address: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    token_env: credentialName
      .optional()
      .describe(
        'Name of the credential with the token (default: VAULT_TOKEN; without a value, ~/.vault-token)',
      ),
    mount: vaultPath.optional().describe('Mount of the KV engine, version 2 (default: secret)'),
    namespace: text
      .regex(/^[\x21-\x7e]+$/, 'must be the name of a namespace')
      .optional()
      .describe('Namespace (Vault Enterprise)'),
    ca_file: text.optional().describe('PEM file of CAs to trust, relative to this file'),
  })
  .describe('HashiCorp Vault, or OpenBao')

export const secretsSchema = z.strictObject({
  from: z.record(credentialName, place).optional().describe('Where to get credentials from, by name'),
  vault: vault.optional(),
  keyring: text
    .optional()
    .describe("Service of the system's keyring where every name is looked up that nothing else has"),
  cache_seconds: seconds.optional().describe('How long a value counts as current (default: 300)'),
  timeout_seconds: seconds.optional().describe('How long one place may take to answer (default: 20)'),
})

export type SecretsInput = z.infer<typeof secretsSchema>
