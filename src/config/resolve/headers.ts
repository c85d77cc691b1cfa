import type { Path, Reporter } from '../document/problems.ts'
import { credentialName } from '../document/schema/names.ts'
import { referenceFault } from '../references.ts'
import { isSecret } from '../settings/secrets.ts'

export interface HeaderRules {
  /** Names that supportmax sets itself. */
  ours: RegExp
  /** What else sets this header; undefined: nothing. */
  taken(name: string): string | undefined
}

/** Headers as they are sent, by name; a value may name credentials. `X-Key_env: NAME` is `X-Key: ${NAME}`. */
export function checkedHeaders(
  reporter: Reporter,
  at: Path,
  written: Record<string, string> | undefined,
  { ours, taken }: HeaderRules,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [key, value] of Object.entries(written ?? {})) {
    const path = [...at, 'headers', key]
    const name = key.replace(/_env$/, '')
    if (/[^\t\x20-\x7e]/.test(value))
      reporter.error(path, 'contains a character that no HTTP header can carry', 'use printable ASCII')
    if (Object.keys(headers).some(other => other.toLowerCase() === name.toLowerCase()))
      reporter.error(path, 'duplicate header', 'remove one of them')
    if (ours.test(name)) reporter.error(path, 'is set by supportmax itself', 'remove it')
    else if (OF_THE_CONNECTION.test(name))
      reporter.error(path, 'belongs to the connection, not to a request', 'remove it')
    const other = taken(name)
    if (other !== undefined) reporter.error(path, `is also set by ${other}`, 'remove one of them')
    const unfilled = referenceFault(value)
    if (unfilled) reporter.error(path, unfilled.message, unfilled.hint)
    if (name === key) {
      if (isSecret(name, value)) reporter.warn(path, 'looks like a secret in clear text', BY_NAME)
      headers[name] = value
    } else if (credentialName.safeParse(value).success) headers[name] = `\${${value}}`
    else reporter.error(path, 'must be the NAME of a credential in capitals', BY_NAME)
  }
  return headers
}

/** RFC 9110, 7.6.1: each connection has its own, and a proxy has its credentials in "proxy". */
const OF_THE_CONNECTION =
  /^(connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-(authorization|connection))$/i

export const BY_NAME = 'write ${NAME}, and its value into mcp_credentials.env'
