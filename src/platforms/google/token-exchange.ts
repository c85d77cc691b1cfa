import { isRecord } from '../../base/records.ts'

/**
 * Lets the token exchange of a workload identity use the same fetch as the rest of Google's sign-in. google-auth-library
 * gives it one of its own (node-fetch, with the environment's proxies), and has no option for it. The tests check where
 * its request goes.
 *
 * @param client GoogleGenAI
 */
export function shareTransporter<Client extends object>(client: Client): Client {
  const auth = ['apiClient', 'clientOptions', 'auth', 'googleAuth'].reduce(
    (at: unknown, key) => (isRecord(at) ? at[key] : undefined),
    client,
  )
  if (!isRecord(auth) || typeof auth.getClient !== 'function') return client
  const getClient = auth.getClient.bind(auth) as () => Promise<unknown>
  auth.getClient = async () => {
    const found = await getClient()
    if (isRecord(found) && isRecord(found.stsCredential)) found.stsCredential.transporter = found.transporter
    return found
  }
  return client
}
