import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readFormatted, readOnce } from '../../base/disk/formatted.ts'
import { SupportError } from '../../base/errors.ts'
import { createWhole, readIfThere } from '../../base/files.ts'

/** Files from before formats hold the key alone, as 64 hexadecimal digits. */
const FORMAT = 1
const KEY = /^[0-9a-f]{64}$/

/** Keyed hashes of one state folder. They change with what is hashed and reveal nothing else. */
export interface KeyedHashes {
  /** Of the values of credentials, by name. */
  fingerprint(secrets: ReadonlyMap<string, string>): string
  /** Of one text. */
  hashOf(text: string): string
}

/** The key is made when it is first needed. */
export function keyedHashes(folder: string): KeyedHashes {
  const file = join(folder, 'fingerprint.key')
  const key = readOnce(file, () => keyIn(file))
  return {
    fingerprint(secrets) {
      const hmac = createHmac('sha256', key())
      for (const [name, value] of [...secrets].sort()) hmac.update(JSON.stringify([name, value]))
      return hmac.digest('hex').slice(0, 24)
    },
    // The prefix keeps it apart from a fingerprint of the same text.
    hashOf: text => createHmac('sha256', key()).update(`value ${text}`).digest('hex').slice(0, 32),
  }
}

/** The key in this file; made if missing. Throws `failed` for a file that is corrupted. */
function keyIn(file: string): string {
  const text = readIfThere(file)
  if (text === undefined) return newKey(file)
  if (KEY.test(text.trim())) return text.trim()
  const found = readFormatted(file, FORMAT)
  if (typeof found === 'object' && typeof found.key === 'string' && KEY.test(found.key)) return found.key
  throw new SupportError('failed', `${file}: is corrupted`, {
    hint: 'remove it, then run `supportmax up` (it recreates the servers)',
  })
}

function newKey(file: string): string {
  const key = randomBytes(32).toString('hex')
  // All programs must have the same one.
  return createWhole(file, `${JSON.stringify({ format: FORMAT, key })}\n`, 0o600) ? key : keyIn(file)
}
