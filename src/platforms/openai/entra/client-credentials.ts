// Sign-in to Entra ID with a client secret:
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow

import { bodyMessage } from '../../../base/http/words.ts'
import { isRecord, parsedJson } from '../../../base/records.ts'
import { milliseconds } from '../../../base/text/amounts.ts'
import { TIMEOUTS } from '../../../base/timeouts.ts'
import type { EntraSettings } from '../../../config/project.ts'
import { kindOfStatus } from '../../faults/evidence.ts'
import { CHECK_ADDRESS, connectionWords, faultIn, reasonAlone } from '../../faults/fault.ts'
import { PlatformFault } from '../../platform.ts'
import { isToken } from './output.ts'
import type { AccessToken } from './tokens.ts'

export interface ClientCredentials extends EntraSettings {
  platform: string
  secret: string
  fetch: typeof globalThis.fetch
  now(): number
}

/** A new access token. Throws a PlatformFault that names what to check. */
export async function signIn(client: ClientCredentials, signal: AbortSignal): Promise<AccessToken> {
  const { platform, authority, tenant, clientId, secret, scope } = client
  const url = new URL(`${authority.replace(/\/+$/, '')}/${tenant}/oauth2/v2.0/token`)
  const timeout = AbortSignal.timeout(TIMEOUTS.tokenFetch)
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret, scope }
  try {
    const asked = client.now()
    const response = await client.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.any([signal, timeout]),
    })
    const text = await response.text()
    const body = parsedJson(text)
    if (!response.ok) throw refused(client, response.status, text)
    if (!isRecord(body) || !isToken(body.access_token))
      throw faultIn(platform, 'auth', `Entra ID's sign-in at ${url.host} returned no token`, {
        remedy: 'check "authority"',
      })
    return { value: body.access_token, expiresAt: asked + seconds(body.expires_in) * 1_000 }
  } catch (error) {
    if (error instanceof PlatformFault) throw atAuthority(error, url)
    if (signal.aborted) throw error
    if (timeout.aborted) {
      const waited = milliseconds(TIMEOUTS.tokenFetch)
      throw faultIn(platform, 'timeout', `Entra ID's sign-in at ${url.host}: no response for ${waited}`)
    }
    // Not as the cause: it may hold the request, and the secret with it.
    throw faultIn(platform, 'network', `Entra ID's sign-in at ${url.host}: ${connectionWords(error)}`)
  }
}

/** The same fault; where it is about the address, that of the sign-in. */
function atAuthority(fault: PlatformFault, { host }: URL): PlatformFault {
  const { platform, kind, message, cause, remedy } = fault
  if (remedy !== CHECK_ADDRESS) return fault
  const words = `Entra ID's sign-in at ${host}: ${reasonAlone(message, remedy)}`
  return faultIn(platform, kind, words, { cause, remedy: 'check "authority"' })
}

function seconds(value: unknown): number {
  const number = Number(value)
  return number > 0 && Number.isFinite(number) ? number : SHORTEST_LIFE
}

/** Access tokens are valid for at least an hour by default: https://learn.microsoft.com/entra/identity-platform/access-tokens */
const SHORTEST_LIFE = 3_600

function refused(client: ClientCredentials, status: number, text: string): PlatformFault {
  const words = bodyMessage(text) ?? `HTTP ${status}`
  const code = /\bAADSTS(\d+)/.exec(words)?.[1]
  // A rejected client is a 400 or 401; only the code says what is wrong with it.
  const kind = status >= 400 && status <= 404 ? 'auth' : kindOfStatus(status)
  const said = code === undefined ? `${status}: ${words}` : withoutTrace(words)
  return faultIn(client.platform, kind, `Entra ID rejected the sign-in: ${said}`, {
    remedy: remedyOf(client, code),
  })
}

/** `AADSTS7000215: Invalid client secret provided. Ensure that …  Trace ID: …`: the first sentence says it. */
function withoutTrace(words: string): string {
  const [first = words] = words.replace(/\s*Trace ID:.*$/s, '').split(/\.\s/, 1)
  return first.replace(/\.$/, '')
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function remedyOf({ secretName }: EntraSettings, code: string | undefined): string {
  switch (code) {
    case '7000215':
      return `set ${secretName} to the value of the client secret, not to its ID`
    case '7000222':
      return `create a new client secret, and set ${secretName} to its value`
    case '90002':
    case '900023':
    case '90013':
      return 'check "tenant"'
    case '700016':
    case '7000229':
    case '90094':
      return 'check "client_id", and whether that application is in this "tenant"'
    case '70011':
    case '500011':
      return 'check "scope"'
    default:
      return `check "tenant", "client_id" and ${secretName}`
  }
}
