import { codeBelow } from '../../base/text/network-words.ts'
import { faultIn, kindOfStatus } from '../fault.ts'
import type { PlatformFault } from '../platform.ts'

export interface SignIn {
  /** undefined = application default credentials. */
  credentialsFile: string | undefined
}

/**
 * What went wrong with Google's credentials before any request; undefined for a failure of another kind. The library's
 * own errors contain tokens, so they must never become a `cause`.
 */
export function signInFault(
  platform: string,
  { credentialsFile }: SignIn,
  error: unknown,
): PlatformFault | undefined {
  if (!(error instanceof Error)) return undefined
  const said = answerOf(error)
  if (said) {
    // The token endpoint answers 400 to an unknown key (RFC 6749, 5.2).
    const kind = said.status === 400 ? 'auth' : kindOfStatus(said.status)
    return faultIn(platform, kind, `Google's sign-in answered ${said.status}: ${said.words}`)
  }
  if (isOfConnection(error)) return undefined
  const missing = 'run `gcloud auth application-default login`, or set "credentials_file"'
  if (/Could not load the default credentials/.test(error.message))
    return faultIn(platform, 'auth', `no Google credentials: ${missing}`)
  const where = credentialsFile === undefined ? "Google's credentials" : `credentials_file ${credentialsFile}`
  return faultIn(platform, 'auth', `${where} cannot be used: ${error.message}`)
}

function answerOf(error: Error): { status: number; words: string } | undefined {
  const { response } = error as { response?: { status?: unknown; data?: unknown } }
  if (typeof response?.status !== 'number') return undefined
  const { error: code, error_description: text } = Object(response.data) as Record<string, unknown>
  const words = [code, text].filter(part => typeof part === 'string').join(': ')
  return { status: response.status, words: words || 'no reason given' }
}

/** Messages of fetch, and codes of sockets, undici and TLS. */
function isOfConnection(error: Error): boolean {
  if (/^(fetch failed|terminated)$/.test(error.message)) return true
  return /^(E(CONN|AI_|HOST|NET|NOTFOUND|PIPE|TIMEDOUT)|UND_ERR)|CERT|TLS/.test(codeBelow(error) ?? '')
}
