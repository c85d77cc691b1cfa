// What a token looks like: `smx_`, 32 random bytes, and their checksum.

import { hash, randomBytes } from 'node:crypto'

const PREFIX = 'smx_'
const CHECKSUM_LENGTH = 6
const FORM = /^smx_([\w-]{43})([\w-]{6})$/

/** A new token, never the same twice. */
export function newToken(): string {
  const body = randomBytes(32).toString('base64url')
  return `${PREFIX}${body}${checksumOf(body)}`
}

/**
 * Whether the text is a whole token of ours, valid or not. Only for a person at this machine: the server answers a mistyped
 * token like a revoked one.
 */
export function isWholeToken(text: string): boolean {
  const [, body = '', checksum] = FORM.exec(text) ?? []
  return checksum !== undefined && checksumOf(body) === checksum
}

/** Whether a person seems to have pasted a token, perhaps cut off. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX)
}

/** What is kept of a token. Its 256 random bits cannot be guessed from it, so it needs no salt. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'hex')
}

function checksumOf(body: string): string {
  return hash('sha256', PREFIX + body, 'base64url').slice(0, CHECKSUM_LENGTH)
}
