// The bearer tokens that supportmax makes for its servers, one each.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readFormatted, readOnce } from '../../base/disk/formatted.ts'
import { SupportError } from '../../base/errors.ts'
import { writeWhole } from '../../base/files.ts'
import { hideSecret } from '../../base/redact.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'

/** Files from before formats hold the tokens at the top level, by `customer/server`. */
const FORMAT = 1

export interface TokenFile {
  get(server: Server): string | undefined
  /** Makes the missing ones. Call it only under the lock. */
  make(servers: Server[]): void
}

/**
 * The tokens of one state folder, in a file of mode 0600. From now on all of them are hidden in all output, because a tool of
 * one server may show what is another's. Throws `failed` for a file that is corrupted, when a token is needed.
 */
export function tokenFile(folder: string): TokenFile {
  const file = join(folder, 'tokens.json')
  const known = readOnce(file, () => {
    const tokens = readTokens(file)
    for (const token of Object.values(tokens)) hideSecret(token)
    return tokens
  })
  try {
    known()
  } catch {
    // Commands that need no token work without the file.
  }
  return {
    get: server => known()[keyText(keyOf(server))],
    make(servers) {
      const tokens = { ...known() }
      const fresh = servers.filter(server => tokens[keyText(keyOf(server))] === undefined)
      if (fresh.length === 0) return
      for (const server of fresh) {
        const token = randomBytes(32).toString('base64url')
        hideSecret(token)
        tokens[keyText(keyOf(server))] = token
      }
      writeWhole(file, `${JSON.stringify({ format: FORMAT, tokens }, null, 1)}\n`, 0o600)
    },
  }
}

function readTokens(file: string): Record<string, string> {
  const found = readFormatted(file, FORMAT)
  if (found === undefined) return {}
  const tokens = found === 'broken' ? undefined : found.format === undefined ? found : found.tokens
  if (isTokens(tokens)) return tokens
  throw new SupportError('failed', `${file}: is corrupted`, {
    hint: 'remove it, then run `supportmax up` (it makes new tokens and recreates the servers)',
  })
}

function isTokens(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(one => typeof one === 'string')
}
