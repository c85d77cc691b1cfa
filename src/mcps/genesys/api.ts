// The platform API: signs in, limits concurrent requests, and waits when rate-limited (429).
import { SupportError } from '../../base/errors.ts'
import { retryOfHeaders } from '../../base/http/retry-after.ts'
import { hideSecret } from '../../base/redact.ts'
import { gate } from '../../base/waiting/gate.ts'
import { pause as wait } from '../../base/waiting/wait.ts'
import { type Upstream, type UpstreamReply, type UpstreamRequest, upstream } from '../upstream/ask.ts'
import { jsonOf, refused } from '../upstream/reply.ts'
import { regionHost } from './regions.ts'
import { type SignIn, signIn } from './sign-in.ts'

/** A list is sent as one parameter per item. */
export type ListQuery = Record<string, string | readonly string[]>

export interface GenesysApi {
  /** @param path below /api/v2. Throws a SupportError. */
  get(path: string, query: ListQuery, signal: AbortSignal): Promise<unknown>
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>
}

const SYSTEM = 'Genesys Cloud'
const AT_ONCE = 6
/** Longest total wait of one call, in milliseconds: a model and a person are waiting for the result. */
const MOST_WAITING = 20_000

/**
 * One organization, from GENESYS_REGION, GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and, for hosts outside the region,
 * GENESYS_LOGIN_URL and GENESYS_API_URL. Throws when one of them is missing or invalid.
 */
export function genesysApi(env: Record<string, string | undefined>): GenesysApi {
  const secret = needed(env, 'GENESYS_CLIENT_SECRET')
  hideSecret(secret)
  const client = { id: needed(env, 'GENESYS_CLIENT_ID'), secret }
  const loginUrl = hostUrl(env, 'GENESYS_LOGIN_URL', 'login')
  const taken = [{ name: 'authorization', from: 'GENESYS_CLIENT_SECRET' }]
  const login = signIn(upstream(`${SYSTEM} login`, env, { taken }), loginUrl, client)
  const system = upstream(SYSTEM, env, { taken })
  const base = hostUrl(env, 'GENESYS_API_URL', 'api').href.replace(/\/+$/, '')
  const pass = gate(AT_ONCE)
  const call = async (request: UpstreamRequest) =>
    jsonOf(SYSTEM, await pass(request.signal, () => patiently(system, login, request)))
  const urlOf = (path: string) => new URL(`${base}/api/v2${path}`)
  return {
    get(path, query, signal) {
      const url = urlOf(path)
      for (const [name, value] of Object.entries(query))
        for (const item of [value].flat()) url.searchParams.append(name, String(item))
      return call({ url, signal })
    },
    post: (path, body, signal) => call({ method: 'POST', url: urlOf(path), body, signal }),
  }
}

function needed(env: Record<string, string | undefined>, name: string): string {
  const value = env[name]
  if (!value) throw new SupportError('usage', `${name}: not set`)
  return value
}

function hostUrl(env: Record<string, string | undefined>, name: string, part: 'login' | 'api'): URL {
  const text = env[name]
  if (!text) return new URL(`https://${part}.${regionHost(needed(env, 'GENESYS_REGION'))}`)
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  throw new SupportError('usage', `${name}: must be an http:// or https:// URL`)
}

/** Sends one request. Signs in again once after a 401, and repeats after each 429 until MOST_WAITING is used up. */
async function patiently(system: Upstream, login: SignIn, request: UpstreamRequest): Promise<UpstreamReply> {
  let [waited, renewed] = [0, false]
  for (;;) {
    const token = await login.token()
    const reply = await system.ask({ ...request, headers: { authorization: `Bearer ${token}` } })
    if (reply.status === 401 && !renewed) {
      login.refused(token)
      renewed = true
      continue
    }
    if (reply.status !== 429) return reply
    const pause = pauseAfter(reply)
    if (waited + pause > MOST_WAITING) throw gaveUp(reply, waited)
    waited += pause
    await wait(pause, request.signal)
  }
}

/** Milliseconds to wait after a 429; one second if the reply does not say. */
function pauseAfter({ headers }: UpstreamReply): number {
  const hint = retryOfHeaders(headers) ?? { afterMs: 1_000 }
  return Math.max(100, 'afterMs' in hint ? hint.afterMs : hint.at - Date.now())
}

function gaveUp(reply: UpstreamReply, waited: number): SupportError {
  const already = `gave up after ${Math.round(waited / 1000)} s of waiting`
  return refused(SYSTEM, reply, () => (waited > 0 ? already : undefined))
}
