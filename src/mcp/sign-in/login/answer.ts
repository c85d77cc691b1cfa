// What a browser brings back from the authorization server.

import { IssuerMismatchError, validateAuthorizationResponseIssuer } from '@modelcontextprotocol/client'
import { redactedLine } from '../../../base/redact.ts'
import { shownLine } from '../discover.ts'

export interface ExpectedAnswer {
  state: string
  issuer: string
  /** Whether the authorization server says that it always names itself (RFC 9207). */
  namesItself: boolean
}

/** `stray`: of another sign-in, or of none; the right one may still come. `refused`: this sign-in has failed. */
export type BrowserAnswer =
  | { kind: 'code'; code: string; iss: string | undefined }
  | { kind: 'refused'; reason: string }
  | { kind: 'stray'; reason: string }

/** Reads the parameters of a redirect (RFC 6749, 4.1.2), after its state and issuer are known to be right. */
export function readAnswer(
  parameters: URLSearchParams,
  { state, issuer, namesItself }: ExpectedAnswer,
): BrowserAnswer {
  const value = (name: string) => parameters.get(name) ?? undefined
  const [code, iss, error] = [value('code'), value('iss'), value('error')]
  if (code === undefined && error === undefined)
    return { kind: 'stray', reason: parameters.has('response_type') ? OPENED : 'it has no code' }
  if (value('state') !== state) return { kind: 'stray', reason: 'it belongs to another sign-in' }
  const impostor = otherIssuer({ iss, expectedIssuer: issuer, issParameterSupported: namesItself })
  if (impostor !== undefined) return { kind: 'refused', reason: impostor }
  if (code !== undefined) return { kind: 'code', code, iss }
  return { kind: 'refused', reason: errorWords(issuer, String(error), value('error_description')) }
}

const OPENED = 'it is the address to open, not the one that the browser shows at the end'

function otherIssuer(facts: Parameters<typeof validateAuthorizationResponseIssuer>[0]): string | undefined {
  try {
    validateAuthorizationResponseIssuer(facts)
    return undefined
  } catch (error) {
    if (!(error instanceof IssuerMismatchError)) throw error
    const { received, expected = '' } = error
    return received === undefined
      ? `the answer does not say that it is from ${shownLine(expected)}`
      : `the answer is from ${shownLine(received)}, not from ${shownLine(expected)}`
  }
}

function errorWords(issuer: string, error: string, description: string | undefined): string {
  const code = redactedLine(error, 80)
  const words = code === 'access_denied' ? 'access was denied' : code
  const own = description === undefined ? '' : `: ${redactedLine(description, 160)}`
  return `${shownLine(issuer)}: ${words}${own}`
}
