// Client credentials grant: there is no refresh token, so a new token is fetched before the old one expires.
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import type { Upstream, UpstreamReply } from '../upstream/ask.ts'
import { jsonOf, refused } from '../upstream/reply.ts'

export interface SignIn {
  /** A valid token. Signs in at most once at a time. */
  token(): Promise<string>
  /** Call when the API rejected this token: the next token() is a new one. */
  refused(token: string): void
}

interface Held {
  token: string
  /** Milliseconds since 1970. */
  renewAt: number
}

/** Renew this long before expiry, or after nine tenths of the lifetime if that is later. */
const MARGIN_MS = 60_000

/** Signs in to `login` at `loginUrl` (without /oauth/token) as `client`. */
export function signIn(login: Upstream, loginUrl: URL, client: { id: string; secret: string }): SignIn {
  let held: Held | undefined
  let fetching: Promise<Held> | undefined

  // Not cancelled with the call that asked first, because others wait for the same token.
  async function fetchToken(): Promise<Held> {
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
    hideSecret(basic)
    const reply = await login.ask({
      method: 'POST',
      url: new URL(`${loginUrl.href.replace(/\/+$/, '')}/oauth/token`),
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
      signal: new AbortController().signal,
    })
    return heldOf(login.name, reply)
  }

  return {
    async token() {
      if (held && Date.now() < held.renewAt) return held.token
      fetching ??= fetchToken().finally(() => {
        fetching = undefined
      })
      held = await fetching
      return held.token
    },
    refused(token) {
      if (held?.token === token) held = undefined
    },
  }
}

function heldOf(system: string, reply: UpstreamReply): Held {
  // Genesys answers an unknown client with 400 invalid_client, and a wrong secret with 401.
  const wrong = reply.status === 401 || (reply.status === 400 && reply.text.includes('invalid_client'))
  if (wrong) throw refused(system, reply, () => 'check the OAuth client and its region')
  const { access_token: token, expires_in: seconds } = (jsonOf(system, reply) ?? {}) as {
    access_token?: unknown
    expires_in?: unknown
  }
  if (typeof token !== 'string')
    throw new SupportError('failed', `${system} returned no token: check the region`)
  hideSecret(token)
  const life = (typeof seconds === 'number' ? seconds : 3600) * 1000
  return { token, renewAt: Date.now() + life - Math.min(MARGIN_MS, life / 10) }
}
