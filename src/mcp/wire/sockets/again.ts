import { Fault } from '../../connection.ts'
import type { Endpoint } from '../../endpoint.ts'

/**
 * The endpoint as its runtime finds it now. Without a way to ask, nobody vouches for it any more.
 *
 * @throws Fault `closed` if its server no longer runs there. Nothing was sent then.
 */
export async function foundAgain(endpoint: Endpoint, signal?: AbortSignal): Promise<Endpoint> {
  if (!endpoint.findAgain) return { ...endpoint, vouchedUntil: 0 }
  const now = await endpoint.findAgain(signal)
  const { host } = new URL(endpoint.url)
  if ('state' in now)
    throw new Fault('closed', `${host}: ${now.reason}`, { remedy: now.hint || undefined, fate: 'not_run' })
  if (now.url !== endpoint.url || now.token !== endpoint.token)
    throw new Fault('closed', `${host}: the server was started again elsewhere`, { fate: 'not_run' })
  return { ...endpoint, vouchedUntil: now.vouchedUntil }
}
