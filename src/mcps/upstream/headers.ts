// Headers that every request to the system behind carries, such as a tenant or those of a gateway in front of it.
import { SupportError } from '../../base/errors.ts'
import { isRecord } from '../../base/records.ts'
import { hideSecret } from '../../base/redact.ts'
import { characterName } from '../../base/text/letters/character-name.ts'

/** A header of the server's own, with the environment variable that it comes from. */
export interface OwnHeader {
  name: string
  value: string
  from: string
}

const VARIABLE = 'MCP_UPSTREAM_HEADERS'

/** Set by the connection or the request itself. */
const NOT_OURS =
  /^(host|connection|keep-alive|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/

/** Not secrets: their values are ordinary words, which must not be hidden in results. */
const PUBLIC = /^(x-scope-orgid|x-grafana-org-id|accept|accept-language|user-agent)$/

/**
 * The headers in MCP_UPSTREAM_HEADERS, a JSON object of names and values. Hides their values from now on. Throws a
 * SupportError in one line when one cannot be sent, or is already set by another variable.
 */
export function extraHeaders(
  env: Record<string, string | undefined>,
  taken: readonly Omit<OwnHeader, 'value'>[],
): Record<string, string> {
  const headers = new Map<string, string>()
  for (const [given, value] of Object.entries(objectIn(env[VARIABLE]))) {
    const name = given.toLowerCase()
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text === 'string' && !PUBLIC.test(name)) hideSecret(text)
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw invalid(`"${given}" is not a header name`)
    if (NOT_OURS.test(name)) throw invalid(`${given} cannot be set`)
    if (typeof text !== 'string' || text.trim() === '') throw invalid(`${given} has no value`)
    if (headers.has(name)) throw invalid(`duplicate header ${given}`)
    const other = taken.find(header => header.name === name)
    if (other) throw invalid(`${given} is already set by ${other.from}`)
    checkSendable({ name: given, value: text, from: `${VARIABLE}: ${given}` })
    headers.set(name, text.trim())
  }
  return Object.fromEntries(headers)
}

function objectIn(text: string | undefined): Record<string, unknown> {
  if (!text) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // the same message; the parser's own would quote the values
  }
  throw invalid('must be a JSON object of header names and values, such as {"X-Scope-OrgID":"team-1"}')
}

function invalid(what: string): SupportError {
  return new SupportError('usage', `${VARIABLE}: ${what}`)
}

/** Throws a SupportError that names the variable and the character when no HTTP header can carry the value. */
export function checkSendable({ value, from }: OwnHeader): void {
  const [bad] = /[^\t\x20-\x7e\x80-\xff]/u.exec(value.trim()) ?? []
  if (bad === undefined) return
  throw new SupportError('usage', `${from}: contains ${characterName(bad)}, which no HTTP header can carry`)
}
