import { isLoopback } from '../../../base/text/urls.ts'
import type { Path } from '../../document/problems.ts'
import type { AuthInput } from '../../document/schema/auth.ts'
import type { ServerInput } from '../../document/schema/document.ts'
import type { ServerAuth } from '../../project.ts'
import type { ResolveContext } from '../context.ts'
import { pemFile } from '../network.ts'

type OAuthInput = NonNullable<AuthInput['oauth']>

/** How to sign in to an external server: `auth`, or `bearer_env`, its short form. */
export function authOf(
  context: ResolveContext,
  at: Path,
  { bearer_env: bearer, auth }: ServerInput,
  managed: boolean,
): ServerAuth | undefined {
  const { reporter } = context
  if (auth === undefined) return bearer === undefined ? undefined : { kind: 'bearer', tokenName: bearer }
  const path = [...at, 'auth']
  if (managed) reporter.error(path, 'is only for external servers', 'remove it')
  if (bearer !== undefined) reporter.error(path, 'conflicts with "bearer_env"', 'remove one of them')
  const { bearer_env: tokenName, basic, oauth } = auth
  const written = Object.values(auth).filter(one => one !== undefined).length
  if (written !== 1)
    reporter.error(
      path,
      written === 0 ? 'is empty' : 'has more than one way to sign in',
      'write one of "bearer_env", "basic" and "oauth"',
    )
  if (tokenName !== undefined) return { kind: 'bearer', tokenName }
  if (basic) return { kind: 'basic', userName: basic.username_env, passwordName: basic.password_env }
  return oauth && oauthOf(context, [...path, 'oauth'], oauth)
}

function oauthOf(context: ResolveContext, at: Path, oauth: OAuthInput): ServerAuth | undefined {
  reportStrangeKeys(context, at, oauth)
  const { scopes = [], client_secret_env: secretName } = oauth
  if (oauth.grant === 'client_credentials') return clientCredentialsOf(context, at, oauth)
  if (oauth.client_id === undefined && secretName !== undefined)
    context.reporter.error([...at, 'client_secret_env'], 'needs "client_id" too', 'add "client_id"')
  reportOddDocument(context, [...at, 'client_metadata_url'], oauth.client_metadata_url)
  return {
    kind: 'sign-in',
    clientId: oauth.client_id,
    clientSecretName: secretName,
    clientMetadataUrl: oauth.client_metadata_url,
    scopes,
  }
}

function clientCredentialsOf(context: ResolveContext, at: Path, oauth: OAuthInput): ServerAuth | undefined {
  const { reporter } = context
  reportOddIssuer(context, [...at, 'issuer'], oauth.issuer)
  const { client_id_env: clientIdName, client_secret_env: secretName, private_key_file: key, alg } = oauth
  if (clientIdName === undefined) reporter.error(at, 'has no "client_id_env"', 'add "client_id_env"')
  if ((secretName === undefined) === (key === undefined))
    reporter.error(
      at,
      secretName === undefined
        ? 'has no "client_secret_env" or "private_key_file"'
        : 'has both "client_secret_env" and "private_key_file"',
      'write one of them',
    )
  if ((key === undefined) !== (alg === undefined))
    reporter.error(
      at,
      key === undefined ? 'has "alg" without "private_key_file"' : 'has no "alg" for its key',
      key === undefined ? 'remove "alg"' : 'add "alg", such as "ES256"',
    )
  const keyFile = key === undefined ? undefined : pemFile(context, at, 'private_key_file', key)
  const proof =
    secretName !== undefined
      ? { secretName }
      : keyFile !== undefined && alg !== undefined
        ? { keyFile, alg }
        : undefined
  if (clientIdName === undefined || proof === undefined) return undefined
  const { issuer, scopes = [] } = oauth
  return { kind: 'client-credentials', clientIdName, proof, issuer, scopes }
}

/** RFC 8414, 2: an https URL with no query or fragment. Nothing in it is a secret then. */
function reportOddIssuer({ reporter }: ResolveContext, at: Path, issuer: string | undefined): void {
  if (issuer === undefined) return
  const { protocol, hostname, username, password, search, hash } = new URL(issuer)
  if (username || password || search || hash)
    reporter.error(
      at,
      'must have no user, password or parameters',
      'write it exactly as in its metadata, such as https://login.example.com',
    )
  if (protocol === 'http:' && !isLoopback(hostname))
    reporter.error(at, 'would get the credentials unencrypted', 'use https')
}

/** Client ID metadata documents are published: nothing in their address may be secret. */
function reportOddDocument({ reporter }: ResolveContext, at: Path, url: string | undefined): void {
  if (url === undefined) return
  const { username, password, hash } = new URL(url)
  if (username || password || hash)
    reporter.error(
      at,
      'must have no user, password or fragment',
      'write it as https://app.example.com/client.json',
    )
}

const ONLY = {
  authorization_code: ['client_id', 'client_metadata_url'],
  client_credentials: ['client_id_env', 'private_key_file', 'alg', 'issuer'],
} as const

/** Keys of the other grant. */
function reportStrangeKeys({ reporter }: ResolveContext, at: Path, oauth: OAuthInput): void {
  const other = oauth.grant === 'client_credentials' ? 'authorization_code' : 'client_credentials'
  for (const key of ONLY[other])
    if (oauth[key] !== undefined)
      reporter.error([...at, key], `is only for the grant ${other}`, 'remove it, or change "grant"')
}
