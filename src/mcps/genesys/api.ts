// The platform API: signs in, limits concurrent requests, and waits when rate-limited (429).
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { gate } from '../../base/waiting/gate.ts'
import { pause as wait } from '../../base/waiting/wait.ts'
import { ask, jsonOf, type UpstreamReply, type UpstreamRequest } from '../upstream.ts'
import { regionHost } from './regions.ts'
import { type SignIn, signIn } from './sign-in.ts'

export interface GenesysApi {
  /** @param path below /api/v2. Throws a SupportError. */
  get(path: string, query: Record<string, string>, signal: AbortSignal): Promise<unknown>
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
  const login = signIn(hostUrl(env, 'GENESYS_LOGIN_URL', 'login'), client)
  const base = hostUrl(env, 'GENESYS_API_URL', 'api').href.replace(/\/+$/, '')
  const pass = gate(AT_ONCE)
  const call = async (request: UpstreamRequest) =>
    jsonOf(SYSTEM, await pass(request.signal, () => patiently(login, request)))
  const urlOf = (path: string) => new URL(`${base}/api/v2${path}`)
  return {
    get(path, query, signal) {
      const url = urlOf(path)
      url.search = new URLSearchParams(query).toString()
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
async function patiently(login: SignIn, request: UpstreamRequest): Promise<UpstreamReply> {
  let [waited, renewed] = [0, false]
  for (;;) {
    const token = await login.token()
    const reply = await ask(SYSTEM, { ...request, headers: { authorization: `Bearer ${token}` } })
    if (reply.status === 401 && !renewed) {
      login.refused(token)
      renewed = true
      continue
    }
    if (reply.status !== 429) return reply
    const pause = retryAfter(reply)
    waited += pause
    if (waited > MOST_WAITING) throw gaveUp(pause, waited - pause)
    await wait(pause, request.signal)
  }
}

/** Milliseconds to wait after a 429, from seconds or a date; one second if the reply does not say. */
function retryAfter({ headers }: UpstreamReply): number {
  const text = headers.get('retry-after') ?? '1'
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.max(100, ms) : 1000
}

function gaveUp(pause: number, waited: number): SupportError {
  const already = waited > 0 ? ` after ${Math.round(waited / 1000)} s of waiting` : ''
  const text = `${SYSTEM}: rate limit reached (429), retry in ${Math.ceil(pause / 1000)} s${already}`
  return new SupportError('failed', text)
}
