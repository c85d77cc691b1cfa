// Which certificates we trust, and our own.

import { readFileSync } from 'node:fs'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { SupportError } from '../../errors.ts'

/** PEM files: a CA bundle to trust in addition to Node's and the system's, and a client certificate with its key. */
export interface TlsFiles {
  caFile?: string | undefined
  certFile?: string | undefined
  keyFile?: string | undefined
}

export interface Trust {
  /** Without the system's CAs. Node's list includes NODE_EXTRA_CA_CERTS. */
  usual(): SecureContext
  /** With the system's CAs, which take 60 ms to read in the first call of a process. */
  withSystem(): SecureContext
}

/**
 * Each context is made once, on first use: with a list of its own, it takes 15 ms.
 *
 * @throws SupportError for a file that cannot be read, at once
 */
export function trustIn({ caFile, certFile, keyFile }: TlsFiles): Trust {
  const own = caFile === undefined ? [] : [pem(caFile, 'ca_file')]
  const client = {
    ...(certFile === undefined ? {} : { cert: pem(certFile, 'client_cert_file') }),
    ...(keyFile === undefined ? {} : { key: pem(keyFile, 'client_key_file') }),
  }
  let usual: SecureContext | undefined
  let withSystem: SecureContext | undefined
  return {
    usual() {
      // Without a list, Node uses the one that it has already parsed.
      const list = own.length === 0 ? {} : { ca: [...getCACertificates('default'), ...own] }
      usual ??= createSecureContext({ ...list, ...client })
      return usual
    },
    withSystem() {
      withSystem ??= createSecureContext({ ca: [...allCas(), ...own], ...client })
      return withSystem
    },
  }
}

function allCas(): string[] {
  known ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return known
}
let known: string[] | undefined

function pem(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = (error as { code?: string }).code ?? 'unreadable'
    throw new SupportError('usage', `${key}: cannot read ${file} (${reason})`, {
      cause: error,
      hint: `fix the path in "${key}"`,
    })
  }
}
