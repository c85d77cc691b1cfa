import { X509Certificate } from 'node:crypto'

const BEGIN = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/

/** What is wrong with a bundle of PEM certificates, as a message and a hint; undefined if nothing is. */
export function bundleFault(content: Buffer, path: string): { message: string; hint: string } | undefined {
  const blocks = content
    .toString('latin1')
    .split(new RegExp(`(?=${BEGIN.source})`))
    .filter(part => BEGIN.test(part))
  if (blocks.length === 0)
    return isCertificate(content)
      ? {
          message: 'is DER, but must be PEM',
          hint: `convert it: \`openssl x509 -inform der -in ${path} -out ${path.replace(/\.\w+$/, '')}.pem\``,
        }
      : { message: 'contains no PEM certificate', hint: 'use a file with -----BEGIN CERTIFICATE----- lines' }
  const broken = blocks.findIndex(block => !isCertificate(block))
  if (broken < 0) return undefined
  return { message: `certificate ${broken + 1} of ${blocks.length} cannot be read`, hint: 'export it again' }
}

/** The same for a private key. Whether it belongs to its certificate shows when it is used. */
export function keyFault(content: Buffer): { message: string; hint: string } | undefined {
  const text = content.toString('latin1')
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text))
    return { message: 'is encrypted', hint: 'use a key without a passphrase, in a file with mode 0600' }
  if (/-----BEGIN (\w+ )?PRIVATE KEY-----/.test(text)) return undefined
  return { message: 'contains no PEM private key', hint: 'use a file with -----BEGIN PRIVATE KEY----- lines' }
}

function isCertificate(content: Buffer | string): boolean {
  try {
    return Boolean(new X509Certificate(content))
  } catch {
    return false
  }
}
