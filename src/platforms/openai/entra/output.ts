import { isRecord, parsedJson } from '../../../base/records.ts'
import type { AccessToken } from './tokens.ts'

/** Of a token that does not say when it expires. */
const UNKNOWN_LIFE = 300_000

/**
 * The token in what a command printed, or why there is none: the token alone, as a JSON string, or JSON with
 * `accessToken` (az), `token` (azd) or `access_token`.
 *
 * @param now milliseconds since 1970
 */
export function tokenIn(output: string, now: number): AccessToken | string {
  const text = output.trim()
  if (text === '') return 'printed nothing'
  const parsed = /^["{]/.test(text) ? parsedJson(text) : text
  const value = isRecord(parsed) ? (parsed.accessToken ?? parsed.access_token ?? parsed.token) : parsed
  if (!isToken(value)) return 'printed something other than a token'
  const expiresAt = (isRecord(parsed) ? expiryIn(parsed, now) : undefined) ?? jwtExpiry(value)
  if (expiresAt !== undefined && expiresAt <= now) return 'printed a token that has expired'
  return { value, expiresAt: expiresAt ?? now + UNKNOWN_LIFE }
}

/** RFC 6750, 2.1; anything else does not fit into a header. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.~+/-]+=*$/.test(value)
}

/**
 * `expires_on` is in seconds since 1970, and newer than `expiresOn`, which az writes in local time, and azd in UTC:
 * https://learn.microsoft.com/cli/azure/authenticate-azure-cli
 */
function expiryIn(
  { expires_on, expiresOn, expires_in }: Record<string, unknown>,
  now: number,
): number | undefined {
  if (Number(expires_on) > 0) return Number(expires_on) * 1_000
  const time = typeof expiresOn === 'string' ? Date.parse(expiresOn.replace(' ', 'T')) : Number.NaN
  if (!Number.isNaN(time)) return time
  return Number(expires_in) > 0 ? now + Number(expires_in) * 1_000 : undefined
}

/** RFC 7519, 4.1.4 */
function jwtExpiry(token: string): number | undefined {
  const [, payload = ''] = token.split('.')
  const claims = parsedJson(Buffer.from(payload, 'base64url').toString('utf8'))
  const expiry = isRecord(claims) ? Number(claims.exp) : Number.NaN
  return expiry > 0 ? expiry * 1_000 : undefined
}
