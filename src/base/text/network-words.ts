/** Why another host could not be reached. */
export interface NetworkCause {
  /** `refused`: nothing listens. `closed`: an open connection ended. `unreachable`: no route, or no trust. */
  kind: 'refused' | 'closed' | 'timeout' | 'unreachable'
  /** Completes "127.0.0.1:9093: …" and "cannot reach X: …". */
  words: string
  /** What to do about it, as a hint; undefined where the words say it all. */
  remedy?: string
}

const TRUST_ITS_CA = 'set "ca_file" to the PEM file of the CA that issued it'
const RENEW = 'install a valid certificate on that server'
const CHECK_CLOCK = 'check the clock of this machine and the certificate of that server'
const CHECK_CHAIN = 'install the certificate together with its intermediate certificates on that server'
const NOT_TLS = 'use http:// in the address, or the port that serves TLS'
const OLD_TLS = 'enable TLS 1.2 or newer on that server'
const CLIENT_CERTIFICATE = 'set "client_cert_file" and "client_key_file"'

const unreachable = (words: string, remedy?: string): NetworkCause =>
  remedy === undefined ? { kind: 'unreachable', words } : { kind: 'unreachable', words, remedy }

const UNKNOWN_CA = unreachable('its certificate is from a CA that is not trusted', TRUST_ITS_CA)

/**
 * Codes of Node's sockets and TLS, of OpenSSL, and of undici (which Node's fetch is), in words.
 * Sources: nodejs.org/api/errors.html, nodejs.org/api/tls.html#x509-certificate-error-codes, undici's errors.md, and for
 * ERR_SSL_… the reasons in OpenSSL's sslerr.h.
 */
const CAUSES: Record<string, NetworkCause> = {
  ECONNREFUSED: { kind: 'refused', words: 'connection refused' },
  ECONNRESET: { kind: 'closed', words: 'connection reset' },
  EPIPE: { kind: 'closed', words: 'connection reset' },
  UND_ERR_SOCKET: { kind: 'closed', words: 'the other side closed the connection' },
  ETIMEDOUT: { kind: 'timeout', words: 'connection timed out' },
  UND_ERR_CONNECT_TIMEOUT: { kind: 'timeout', words: 'connection timed out' },
  UND_ERR_HEADERS_TIMEOUT: { kind: 'timeout', words: 'no response in time' },
  UND_ERR_HEADERS_OVERFLOW: { kind: 'closed', words: 'its response headers are too large' },
  UND_ERR_BODY_TIMEOUT: { kind: 'timeout', words: 'the response stalled' },
  ENOTFOUND: unreachable('unknown host name'),
  EAI_AGAIN: unreachable('host name lookup failed'),
  EHOSTUNREACH: unreachable('no route to host'),
  ENETUNREACH: unreachable('network unreachable'),
  EADDRNOTAVAIL: unreachable('this machine has no address that can reach it'),

  DEPTH_ZERO_SELF_SIGNED_CERT: unreachable('its certificate is self-signed', TRUST_ITS_CA),
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  CERT_UNTRUSTED: unreachable('its CA is not trusted for servers', TRUST_ITS_CA),
  CERT_REJECTED: unreachable('its CA is not accepted for servers', TRUST_ITS_CA),
  INVALID_CA: unreachable('the certificate that issued its own is not a CA', CHECK_CHAIN),
  PATH_LENGTH_EXCEEDED: unreachable('its certificate chain is longer than its CA allows', CHECK_CHAIN),
  CERT_CHAIN_TOO_LONG: unreachable('its certificate chain is too long', CHECK_CHAIN),
  INVALID_PURPOSE: unreachable('its certificate is not for servers', RENEW),
  CERT_HAS_EXPIRED: unreachable('its certificate has expired', RENEW),
  CERT_NOT_YET_VALID: unreachable('its certificate is not valid yet', CHECK_CLOCK),
  CERT_REVOKED: unreachable('its certificate has been revoked', RENEW),
  CERT_SIGNATURE_FAILURE: unreachable('the signature of its certificate is wrong', RENEW),
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: unreachable('the signature of its certificate cannot be read', RENEW),
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: unreachable('the key of its CA cannot be read', RENEW),
  ERROR_IN_CERT_NOT_BEFORE_FIELD: unreachable('the start date of its certificate is malformed', RENEW),
  ERROR_IN_CERT_NOT_AFTER_FIELD: unreachable('the end date of its certificate is malformed', RENEW),
  UNABLE_TO_GET_CRL: unreachable('the revocation list of its CA is missing'),
  UNABLE_TO_DECRYPT_CRL_SIGNATURE: unreachable('the signature of its revocation list cannot be read'),
  CRL_SIGNATURE_FAILURE: unreachable('the signature of its revocation list is wrong'),
  CRL_NOT_YET_VALID: unreachable('its revocation list is not valid yet', CHECK_CLOCK),
  CRL_HAS_EXPIRED: unreachable('its revocation list has expired'),
  ERROR_IN_CRL_LAST_UPDATE_FIELD: unreachable('a date of its revocation list is malformed'),
  ERROR_IN_CRL_NEXT_UPDATE_FIELD: unreachable('a date of its revocation list is malformed'),
  OUT_OF_MEM: unreachable('this machine ran out of memory while checking its certificate'),
  HOSTNAME_MISMATCH: unreachable('its certificate is for another host name'),
  ERR_TLS_CERT_ALTNAME_INVALID: unreachable(
    'its certificate is for another host name',
    'use a host name that the certificate lists, or install a certificate for this one',
  ),
  ERR_TLS_HANDSHAKE_TIMEOUT: { kind: 'timeout', words: 'the TLS handshake timed out' },
  ERR_SSL_WRONG_VERSION_NUMBER: unreachable('it does not speak TLS', NOT_TLS),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: unreachable('it does not speak TLS', NOT_TLS),
  ERR_SSL_HTTP_REQUEST: unreachable('it does not speak TLS', NOT_TLS),
  ERR_SSL_UNSUPPORTED_PROTOCOL: unreachable('it only speaks an outdated TLS version', OLD_TLS),
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: unreachable('it refused our TLS version', OLD_TLS),
  ERR_SSL_DH_KEY_TOO_SMALL: unreachable('its TLS key exchange is too weak', OLD_TLS),
  ERR_SSL_EE_KEY_TOO_SMALL: unreachable('the key of its certificate is too short', RENEW),
  ERR_SSL_CA_KEY_TOO_SMALL: unreachable('the key of its CA is too short', RENEW),
  ERR_SSL_CA_MD_TOO_WEAK: unreachable('its certificate is signed with an outdated algorithm', RENEW),
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: unreachable('it refused the TLS handshake', CLIENT_CERTIFICATE),
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': unreachable('it refused the TLS handshake', CLIENT_CERTIFICATE),
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: unreachable(
    'it requires a client certificate',
    CLIENT_CERTIFICATE,
  ),
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: unreachable('it refused our client certificate', CLIENT_CERTIFICATE),
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: unreachable('our client certificate has expired'),
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: unreachable('our client certificate has been revoked'),
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: unreachable(
    'it refused our client certificate',
    CLIENT_CERTIFICATE,
  ),
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: unreachable(
    'our client certificate does not belong to its key',
    'set "client_key_file" to the key of "client_cert_file"',
  ),
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: unreachable('it does not trust the CA of our client certificate'),
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: unreachable('it does not accept our client certificate'),
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: unreachable(
    'it serves no such host name over TLS',
    'check the host name in the address',
  ),
  ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR: unreachable('its TLS failed (internal error)'),
}

/** Whether a certificate was rejected because its CA is not in the list. Nothing was sent then. */
export function isUnknownCa(error: unknown): boolean {
  return OF_UNKNOWN_CAS.has(causeCode(error) ?? '')
}

const OF_UNKNOWN_CAS = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/** Undefined for a code that is not about the network. */
export function networkCause(code: string | undefined): NetworkCause | undefined {
  if (code === undefined) return undefined
  return (
    CAUSES[code] ?? (/^ERR_(SSL|TLS)_|^EPROTO$/.test(code) ? unreachable(`TLS failed (${code})`) : undefined)
  )
}

/** The code of an error or of its nearest cause with a code. An AggregateError has the code of its first error. */
export function causeCode(error: unknown): string | undefined {
  return errorsOf(error).find(({ code }) => typeof code === 'string')?.code
}

/** Why fetch did not even try: its standard has a list of ports (https://fetch.spec.whatwg.org/#port-blocking). */
export function blockedPort(error: unknown, { port }: URL): string | undefined {
  const isBlocked = errorsOf(error).at(-1)?.message === 'bad port'
  return isBlocked ? `web clients refuse to connect to port ${port}` : undefined
}

/** Whether it failed before there was a connection: behind a proxy, before there was one to the proxy. */
export function isConnecting(error: unknown): boolean {
  return errorsOf(error).some(
    ({ syscall, code }) =>
      /^(connect|getaddrinfo)$/.test(syscall ?? '') || /CONNECT_TIMEOUT/.test(String(code)),
  )
}

/** The status with which a proxy refused to open a tunnel. undici has it only in its message (8.12, Node 24.21). */
export function refusedTunnel(error: unknown): number | undefined {
  const messages = errorsOf(error).map(({ message }) => message)
  if (messages.some(message => message.includes('Proxy Authentication Required'))) return 407
  const status = messages.map(message => /^Proxy response \((\d+)\)/.exec(message)?.[1]).find(Boolean)
  return status === undefined ? undefined : Number(status)
}

/** The error and its causes, nearest first; an AggregateError is followed by the first of its errors. */
export function errorsOf(error: unknown): NodeJS.ErrnoException[] {
  const found: NodeJS.ErrnoException[] = []
  for (let at = error; at instanceof Error && found.length < 6; at = at.cause) {
    found.push(at)
    if (at instanceof AggregateError) found.push(...errorsOf(at.errors[0]))
  }
  return found
}
