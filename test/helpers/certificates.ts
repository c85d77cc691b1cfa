import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from './folder.ts'

/** A private CA with certificates for 127.0.0.1, for another host, and for a client; an expired one too. PEM files. */
export interface Certificates {
  folder: string
  ca: string
  cert(name: 'server' | 'other' | 'expired' | 'client'): { cert: string; key: string }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Made by openssl in a folder of the test's own. */
export function createCertificates(): Certificates {
  const folder = newFolder()
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=Private CA',
  )
  const issue = (name: string, subject: string, extension: string, validity: string[]) => {
    writeFileSync(join(folder, `${name}.ext`), extension)
    openssl('req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing, ...validity)
  }
  issue('server', '/CN=mcp.acme.example', 'subjectAltName=DNS:localhost,IP:127.0.0.1\n', ['-days', '30'])
  issue('other', '/CN=other.example', 'subjectAltName=DNS:other.example\n', ['-days', '30'])
  issue('expired', '/CN=mcp.acme.example', 'subjectAltName=IP:127.0.0.1\n', ['-days', '-1'])
  issue('client', '/CN=supportmax', 'extendedKeyUsage=clientAuth\n', ['-days', '30'])
  const at = (file: string) => join(folder, file)
  return {
    folder,
    ca: at('ca.pem'),
    cert: name => ({ cert: at(`${name}.pem`), key: at(`${name}.key`) }),
  }
}
