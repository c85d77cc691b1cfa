import type { ResolveContext } from '../context.ts'

/**
 * Reports the credentials of supportmax itself that a server or a platform would get, too: the key of the sign-ins, and the
 * token that reads all secrets of a Vault.
 */
export function reportOwnCredentials(
  { document, reporter }: ResolveContext,
  sent: ReadonlySet<string>,
): void {
  const { encryption_key_env: key, secrets: { vault } = {} } = document
  if (key !== undefined && sent.has(key))
    reporter.error(
      ['encryption_key_env'],
      `would be sent to a server or platform too: ${key}`,
      'use a credential that nothing else names',
    )
  const token = vault?.token_env ?? 'VAULT_TOKEN'
  if (vault && sent.has(token))
    reporter.error(
      ['secrets', 'vault', ...(vault.token_env === undefined ? [] : ['token_env'])],
      `its token would be sent to a server or platform too: ${token}`,
      'use a credential that nothing else names',
    )
}
