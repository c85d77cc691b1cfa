// Client credentials: there is no refresh token, so a new one is fetched before the old one ends.
import { SupportError } from '../../base/errors.ts'
import { hideSecret } from '../../base/redact.ts'
import { ask, jsonOf, type Reply } from '../upstream.ts'

export interface SignIn {
  /** A token that is still good; one sign-in at a time, whoever asks. */
  token(): Promise<string>
  /** Says that the API refused this token, so that the next token() is a new one. */
  refused(token: string): void
}

interface Held {
  token: string
  /** Milliseconds since 1970. */
  renewAt: number
}

const SYSTEM = 'Genesys Cloud login'
/** Renewed this long before the end, or at a tenth of its life where that is shorter. */
const MARGIN_MS = 60_000

/** Signs in at `loginUrl` (without /oauth/token) as `client`. */
export function signIn(loginUrl: URL, client: { id: string; secret: string }): SignIn {
  let held: Held | undefined
  let fetching: Promise<Held> | undefined

  // Not bound to the cancel of the call that happens to ask first: others wait for the same token.
  async function fetchToken(): Promise<Held> {
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
    hideSecret(basic)
    const reply = await ask(SYSTEM, {
      method: 'POST',
      url: new URL(`${loginUrl.href.replace(/\/+$/, '')}/oauth/token`),
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
      signal: new AbortController().signal,
    })
    return heldOf(reply)
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

function heldOf(reply: Reply): Held {
  // Genesys answers an unknown client with 400 invalid_client, a wrong secret with 401.
  if (reply.status === 401 || (reply.status === 400 && reply.text.includes('invalid_client')))
    throw new SupportError('failed', `Genesys Cloud refused the credentials (${reply.status}) at the sign-in`)
  const { access_token: token, expires_in: seconds } = (jsonOf(SYSTEM, reply) ?? {}) as {
    access_token?: unknown
    expires_in?: unknown
  }
  if (typeof token !== 'string')
    throw new SupportError('failed', `${SYSTEM} gave no token: is the region right?`)
  hideSecret(token)
  const life = (typeof seconds === 'number' ? seconds : 3600) * 1000
  return { token, renewAt: Date.now() + life - Math.min(MARGIN_MS, life / 10) }
}
