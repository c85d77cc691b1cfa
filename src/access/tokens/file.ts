// The file that keeps the tokens of one project, as hashes.

import { join } from 'node:path'
import { readFormatted } from '../../base/disk/formatted.ts'
import { withFileLock } from '../../base/disk/lock-file.ts'
import { SupportError } from '../../base/errors.ts'
import { writeWhole } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import type { Access } from '../../config/project.ts'

const FORMAT = 1

/** A token of one customer's door, as it is kept. */
export interface KeptToken {
  id: string
  /** SHA-256 of the token, in hex. */
  hash: string
  name: string
  /** Id of the only customer whose door it opens. */
  customer: string
  role: Access
  /** ISO 8601. */
  created: string
  /** ISO 8601. */
  expires: string
  /** `2026-11-26`; undefined before its first use. */
  lastUsed?: string
}

/** Where the tokens of a state folder are kept. */
export function tokenFileIn(folder: string): string {
  // Not tokens.json: that has the tokens of our own servers.
  return join(folder, 'access-tokens.json')
}

/** All tokens in the file, including expired ones; none if there is no file. Throws `failed` if it is invalid. */
export function readTokens(file: string): KeptToken[] {
  const found = readFormatted(file, FORMAT)
  if (found === undefined) return []
  const tokens = found === 'broken' || found.format !== FORMAT ? undefined : found.tokens
  if (Array.isArray(tokens) && tokens.every(isToken)) return tokens
  throw new SupportError('failed', `${file}: is corrupted`, {
    hint: 'remove it, then create new tokens with `supportmax token create`',
  })
}

/** Replaces the tokens with what `change` returns, while no other process does so. Writes nothing if nothing changes. */
export async function changeTokens(
  file: string,
  change: (tokens: readonly KeptToken[]) => readonly KeptToken[],
  signal?: AbortSignal,
): Promise<void> {
  await withFileLock(`${file}.lock`, signal, async () => {
    const before = readTokens(file)
    const tokens = change(before)
    if (tokens !== before) writeWhole(file, `${JSON.stringify({ format: FORMAT, tokens }, null, 1)}\n`, 0o600)
  })
}

function isToken(value: unknown): value is KeptToken {
  if (!isRecord(value)) return false
  const { id, hash, name, customer, role, created, expires, lastUsed } = value
  return (
    [id, name, customer].every(text => typeof text === 'string' && text !== '') &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash) &&
    (role === 'read-only' || role === 'read-write') &&
    [created, expires].every(isMoment) &&
    (lastUsed === undefined || typeof lastUsed === 'string')
  )
}

function isMoment(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}
