import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { causeCode, networkCause } from '../../../src/base/text/network-words.ts'

describe('the cause of a failed connection', () => {
  it('is found below what fetch throws', async () => {
    const closed = createServer()
    const port = await new Promise<number>(resolve =>
      closed.listen(0, '127.0.0.1', () => resolve((closed.address() as { port: number }).port)),
    )
    await new Promise(resolve => closed.close(resolve))
    const error = await fetch(`http://127.0.0.1:${port}`).catch(thrown => thrown)
    expect(networkCause(causeCode(error))).toEqual({ kind: 'refused', words: 'connection refused' })
  })

  it('is the first of several attempts (one per address of a host)', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
    expect(causeCode(new Error('fetch failed', { cause: new AggregateError([refused]) }))).toBe(
      'ECONNREFUSED',
    )
  })

  it('is undefined for an error that is not about the network', () => {
    expect(networkCause(causeCode(new Error('no')))).toBeUndefined()
    expect(networkCause('ERR_ASSERTION')).toBeUndefined()
  })
})

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CERTIFICATE_CODES =
  'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID CERT_HAS_EXPIRED CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD OUT_OF_MEM DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH'

describe('TLS', () => {
  it.each(CERTIFICATE_CODES.split(' '))('has words for %s', code => {
    expect(networkCause(code)).toMatchObject({ kind: 'unreachable' })
    expect(networkCause(code)?.words).not.toContain(code)
  })

  it('points to ca_file only where a CA is not trusted', () => {
    const withCaFile = CERTIFICATE_CODES.split(' ').filter(code =>
      networkCause(code)?.remedy?.includes('ca_file'),
    )
    expect(withCaFile.sort()).toEqual([
      'CERT_REJECTED',
      'CERT_UNTRUSTED',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ])
  })

  it('names an OpenSSL code that has no row', () => {
    expect(networkCause('ERR_SSL_NEW_TROUBLE')?.words).toBe('TLS failed (ERR_SSL_NEW_TROUBLE)')
  })
})
