import { causeCode } from '../../base/text/network-words.ts'
import { kindOfStatus } from '../faults/evidence.ts'
import { faultIn } from '../faults/fault.ts'
import type { PlatformFault } from '../platform.ts'

export interface SignIn {
  /** undefined = application default credentials. */
  credentialsFile: string | undefined
}

/**
 * A failure of Google's sign-in, before any request, as a fault; undefined for any other error. The library's own errors
 * contain tokens, so they must never become a `cause`.
 */
export function signInFault(
  platform: string,
  { credentialsFile }: SignIn,
  error: unknown,
): PlatformFault | undefined {
  if (!(error instanceof Error)) return undefined
  const answer = answerOf(error)
  if (answer) {
    // The token endpoint answers 400 to an unknown key (RFC 6749, 5.2).
    const kind = answer.status === 400 ? 'auth' : kindOfStatus(answer.status)
    return faultIn(platform, kind, `Google's sign-in answered ${answer.status}: ${answer.words}`)
  }
  if (isConnectionError(error)) return undefined
  const remedy = 'run `gcloud auth application-default login`, or set "credentials_file"'
  if (/Could not load the default credentials/.test(error.message))
    return faultIn(platform, 'auth', 'no Google credentials', { remedy })
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
function isConnectionError(error: Error): boolean {
  if (/^(fetch failed|terminated)$/.test(error.message)) return true
  return /^(E(CONN|AI_|HOST|NET|NOTFOUND|PIPE|TIMEDOUT)|UND_ERR)|CERT|TLS/.test(causeCode(error) ?? '')
}
