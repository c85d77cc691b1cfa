import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from './folder.ts'

export const OPENSSL = spawnSync('openssl', ['version']).status === 0

export interface Certificate {
  key: string
  cert: string
  /** The PEM file of the certificate, which is also its own CA. */
  file: string
}

/** A new self-signed certificate for one name, such as `IP:127.0.0.1` or `DNS:other.example`. */
export function selfSigned(name: string): Certificate {
  const folder = newFolder()
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-keyout', key, '-out', file, '-subj', '/CN=test', '-addext', `subjectAltName=${name}`],
  ])
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`)
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file }
}
