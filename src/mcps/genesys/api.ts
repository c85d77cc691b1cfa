// The platform API: signed in, at most a few requests at once, patient with 429.
import { setTimeout as delay } from 'node:timers/promises'
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { gate } from '../../base/waiting/gate.ts'
import { type Ask, ask, jsonOf, type Reply } from '../upstream.ts'
import { regionHost } from './regions.ts'
import { type SignIn, signIn } from './sign-in.ts'

export interface GenesysApi {
  /** `path` below /api/v2. Throws a SupportError in short words. */
  get(path: string, query: Record<string, string>, signal: AbortSignal): Promise<unknown>
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>
}

const SYSTEM = 'Genesys Cloud'
const AT_ONCE = 6
/** All waits of one call together, in milliseconds; a model and a person wait behind it. */
const MOST_WAITING = 20_000

/**
 * One organization, from GENESYS_REGION, GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and, for other hosts than
 * the region's, GENESYS_LOGIN_URL and GENESYS_API_URL. Throws where one of them is missing or wrong.
 */
export function genesysApi(env: Record<string, string | undefined>): GenesysApi {
  const secret = needed(env, 'GENESYS_CLIENT_SECRET')
  hideSecret(secret)
  const client = { id: needed(env, 'GENESYS_CLIENT_ID'), secret }
  const login = signIn(hostUrl(env, 'GENESYS_LOGIN_URL', 'login'), client)
  const base = hostUrl(env, 'GENESYS_API_URL', 'api').href.replace(/\/+$/, '')
  const pass = gate(AT_ONCE)
  const call = async (request: Ask) =>
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
  if (!value) throw new SupportError('usage', `${name}: is not set`)
  return value
}

function hostUrl(env: Record<string, string | undefined>, name: string, part: 'login' | 'api'): URL {
  const text = env[name]
  if (!text) return new URL(`https://${part}.${regionHost(needed(env, 'GENESYS_REGION'))}`)
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  throw new SupportError('usage', `${name}: must be an http:// or https:// address`)
}

/** One request, signed in anew once on a 401, and again after each 429 for as long as the patience lasts. */
async function patiently(login: SignIn, request: Ask): Promise<Reply> {
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
    await delay(pause, undefined, { signal: request.signal })
  }
}

/** Milliseconds that a 429 asks for, as seconds or as a date; a second where it says nothing. */
function retryAfter({ headers }: Reply): number {
  const text = headers.get('retry-after') ?? '1'
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.max(100, ms) : 1000
}

function gaveUp(pause: number, waited: number): SupportError {
  const already = waited > 0 ? `, after ${Math.round(waited / 1000)} s of waiting` : ''
  const text = `${SYSTEM} limits the rate (429) and asks to wait ${Math.ceil(pause / 1000)} s${already}: try again later`
  return new SupportError('failed', text)
}
