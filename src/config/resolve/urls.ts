import { randomSegment, secretParameters } from '../../base/text/urls.ts'
import { loopbackFault } from '../document/loopback.ts'
import type { Path, Reporter } from '../document/problems.ts'
import type { LoopbackAddress } from '../project.ts'
import { fillReferences, referenceFault, referencesIn } from '../references.ts'
import type { ResolveContext } from './context.ts'

/** A URL as it is written: it may name credentials as ${NAME} anywhere. */
export interface WrittenUrl {
  text: string
  /** Parsed with placeholders for the credentials. */
  url: URL
  /** Whether host and port are known before the credentials are. */
  isFixedHost: boolean
}

/** The parser accepts it, but nothing can connect to it. */
export const PORT_0 = {
  message: 'has port 0, which no server can have',
  hint: 'write the port of the server',
}

/**
 * Reads an http or https URL, or reports what is wrong with it. Secrets in clear text are errors: user and password, and
 * parameters that are known to carry a key.
 */
export function readUrl(
  text: string,
  path: Path,
  reporter: Reporter,
  example: string,
): WrittenUrl | undefined {
  // A port must be a number, and a host that is one would be an address.
  const filled = ['x', '1'].map(word => fillReferences(text, () => word)).find(one => URL.canParse(one))
  const fail = (message: string, hint: string) => {
    reporter.error(path, message, hint)
    return undefined
  }
  const unfilled = referenceFault(text)
  if (unfilled) return fail(unfilled.message, unfilled.hint)
  if (filled === undefined)
    return fail(
      referencesIn(text).length > 0 ? 'is not a URL: begin it with http:// or https://' : 'is not a URL',
      `use for example ${example}`,
    )
  const url = new URL(filled)
  if (!/^https?:$/.test(url.protocol))
    return fail(`unsupported protocol "${url.protocol.slice(0, 20)}//"`, 'use http:// or https://')
  // The parser also accepts other slashes, after which the rest of this program would not find the host.
  if (!/^\s*https?:\/\/[^/\\]/i.test(text)) return fail('is not a URL', `use for example ${example}`)
  if (url.port === '0') return fail(PORT_0.message, PORT_0.hint)
  if (hasClearPassword(text))
    return fail(
      'contains credentials in clear text',
      'write them by name: https://${USER_NAME}:${PASSWORD}@host',
    )
  const [parameter] = secretParameters(text)
  if (parameter !== undefined)
    return fail(
      `contains a secret in clear text: the parameter "${parameter}"`,
      `write it by name, ${parameter}=\${${nameFor(parameter)}}, and its value into mcp_credentials.env`,
    )
  if (randomSegment(text) !== undefined)
    reporter.warn(
      path,
      'has a long random part in its path, which looks like a secret',
      'if it is one, write ${NAME} in its place, and its value into mcp_credentials.env',
    )
  return { text, url, isFixedHost: referencesIn(authorityOf(text).host).length === 0 }
}

/**
 * The address if it means this machine, which a container cannot reach. With the runtime `docker` that is an error. With
 * `auto`, only a start under Docker can tell.
 */
export function loopbackIn(
  { runtime, document, reporter }: ResolveContext,
  { hostname }: URL,
  path: Path,
): LoopbackAddress[] {
  const fault = loopbackFault(hostname)
  if (!fault) return []
  if ((runtime ?? document.runtime) === 'docker') reporter.error(path, fault.message, fault.hint)
  return [reporter.located(path, fault.message, fault.hint)]
}

/** Whether a URL has `user:password@`, which is sent as an Authorization header. */
export function hasUser(text: string | undefined): boolean {
  return text !== undefined && authorityOf(text).user !== ''
}

/** Whether `user:password@` holds anything but names of credentials. */
function hasClearPassword(text: string): boolean {
  return fillReferences(authorityOf(text).user, () => '').replace(':', '') !== ''
}

function authorityOf(text: string): { user: string; host: string } {
  const authority = /^\s*\w+:\/\/([^/?#\\]*)/.exec(text)?.[1] ?? ''
  const at = authority.lastIndexOf('@')
  return { user: authority.slice(0, Math.max(0, at)), host: authority.slice(at + 1) }
}

/** `x-api-key` -> `X_API_KEY`. */
function nameFor(parameter: string): string {
  return parameter.toUpperCase().replace(/[^A-Z0-9]+/g, '_')
}
