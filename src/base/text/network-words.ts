/** Why another host could not be reached. */
export interface NetworkCause {
  /** `refused`: nothing listens. `closed`: an open connection ended. `unreachable`: no route, or no trust. */
  kind: 'refused' | 'closed' | 'timeout' | 'unreachable'
  /** Completes "127.0.0.1:9093: …" and "cannot reach X: …". */
  words: string
}

/**
 * Codes of Node's sockets and TLS, of OpenSSL, and of undici (which Node's fetch is), in words.
 * Sources: nodejs.org/api/errors.html, nodejs.org/api/tls.html#x509-certificate-error-codes, undici's errors.md.
 */
const CAUSES: Record<string, NetworkCause> = {
  ECONNREFUSED: { kind: 'refused', words: 'connection refused' },
  ECONNRESET: { kind: 'closed', words: 'connection reset' },
  EPIPE: { kind: 'closed', words: 'connection reset' },
  UND_ERR_SOCKET: { kind: 'closed', words: 'the other side closed the connection' },
  ETIMEDOUT: { kind: 'timeout', words: 'connection timed out' },
  UND_ERR_CONNECT_TIMEOUT: { kind: 'timeout', words: 'connection timed out' },
  UND_ERR_HEADERS_TIMEOUT: { kind: 'timeout', words: 'no response in time' },
  UND_ERR_BODY_TIMEOUT: { kind: 'timeout', words: 'the response stalled' },
  ENOTFOUND: { kind: 'unreachable', words: 'unknown host name' },
  EAI_AGAIN: { kind: 'unreachable', words: 'host name lookup failed' },
  EHOSTUNREACH: { kind: 'unreachable', words: 'no route to host' },
  ENETUNREACH: { kind: 'unreachable', words: 'network unreachable' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { kind: 'unreachable', words: 'its certificate is self-signed' },
  SELF_SIGNED_CERT_IN_CHAIN: { kind: 'unreachable', words: 'its certificate chain is not trusted' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { kind: 'unreachable', words: 'its certificate is not trusted' },
  UNABLE_TO_GET_ISSUER_CERT: { kind: 'unreachable', words: 'its certificate is not trusted' },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { kind: 'unreachable', words: 'its certificate is not trusted' },
  CERT_HAS_EXPIRED: { kind: 'unreachable', words: 'its certificate has expired' },
  CERT_NOT_YET_VALID: { kind: 'unreachable', words: 'its certificate is not valid yet' },
  ERR_TLS_CERT_ALTNAME_INVALID: { kind: 'unreachable', words: 'its certificate is for another host name' },
}

/** Undefined for a code that is not about the network. */
export function networkCause(code: string | undefined): NetworkCause | undefined {
  return code === undefined ? undefined : CAUSES[code]
}

/** The code of an error or of its nearest cause with a code. An AggregateError has the code of its first error. */
export function causeCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const first = at instanceof AggregateError ? causeCode(at.errors[0]) : undefined
    const code = (at as { code?: unknown }).code ?? first
    if (typeof code === 'string') return code
  }
  return undefined
}

/** Whether a certificate is the problem, so that `ca_file` may help. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)
}
