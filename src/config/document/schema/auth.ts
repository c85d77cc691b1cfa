// How supportmax signs in to an external server.

import { z } from 'zod'
import { credentialName, text } from './names.ts'

const scopes = z
  .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be a scope without spaces'))
  .min(1, 'must not be empty')
  .max(50, 'has more than 50 scopes')

const oauth = z.strictObject({
  grant: z
    .enum(['authorization_code', 'client_credentials'])
    .describe(
      'authorization_code: a person signs in with `supportmax auth login`; client_credentials: the client has credentials of its own',
    ),
  client_id: text
    .optional()
    .describe('authorization_code: id of a client that is registered already (default: registers one)'),
  client_id_env: credentialName.optional().describe('client_credentials: name of the credential with the id'),
  client_secret_env: credentialName
    .optional()
    .describe("Name of the credential with the client's secret, if it has one"),
  private_key_file: text
    .optional()
    .describe('client_credentials: PEM file of the key to sign with, in place of a secret'),
  alg: z
    .enum(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'])
    .optional()
    .describe('Algorithm of that key'),
  issuer: z
    .url({ protocol: /^https?$/, error: 'must be a URL' })
    .optional()
    .describe(
      'client_credentials: the only authorization server that gets the secret (default: the first one that the server names)',
    ),
  client_metadata_url: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .optional()
    .describe('authorization_code: a client ID metadata document, for servers that support it'),
  scopes: scopes.optional().describe('Scopes to ask for (default: those that the server names)'),
})

export const authSchema = z
  .strictObject({
    bearer_env: credentialName.optional().describe('Name of the credential to send as a bearer token'),
    basic: z
      .strictObject({ username_env: credentialName, password_env: credentialName })
      .optional()
      .describe('Names of the credentials to send as user name and password'),
    oauth: oauth.optional().describe('Access tokens from an authorization server'),
  })
  .describe('External servers: how to sign in; one of bearer_env, basic and oauth')

export type AuthInput = z.infer<typeof authSchema>
