// Texts that are kept encrypted and authenticated on disk, with AES-256-GCM.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const KEY_BYTES = 32
/** NIST SP 800-38D: 96 bits, random for each text. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1'

/** The key in a text of base64, base64url or hex; undefined unless it has exactly 32 bytes. */
export function sealKeyIn(text: string): Buffer | undefined {
  const encoding = /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64'
  if (encoding === 'base64' && !/^[\w+/-]{43}=?$/.test(text)) return undefined
  const key = Buffer.from(text, encoding)
  return key.length === KEY_BYTES ? key : undefined
}

/**
 * The text, encrypted. It opens only with the same key and the same context: a copy in another place is worth nothing.
 *
 * @param context says what the text is and where it belongs; it is not secret and not stored
 */
export function seal(text: string, key: Buffer, context: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${VERSION}.${sealed.toString('base64url')}`
}

/** What seal() was given; undefined for another key, another context, or a text that was changed. */
export function unseal(sealed: string, key: Buffer, context: string): string | undefined {
  const [version, body = ''] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64url')
  if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
