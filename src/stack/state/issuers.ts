// Which authorization server gets the credentials of a server's client. A server, or
// something that answers in its place, could name another one later.

import { join } from 'node:path'
import { readFormatted, readOnce } from '../../base/disk/formatted.ts'
import { SupportError } from '../../base/errors.ts'
import { writeWhole } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'

const FORMAT = 1

export interface IssuerFile {
  /** undefined: none is known. Throws `failed` for a broken file, which must not count as an empty one. */
  of(server: Server): string | undefined
  keep(server: Server, issuer: string): void
}

/** The issuers of one state folder, in a file of mode 0600. */
export function issuerFile(folder: string): IssuerFile {
  const file = join(folder, 'issuers.json')
  const known = readOnce(file, () => readIssuers(file))
  return {
    of: server => known()[addressOf(server)],
    keep(server, issuer) {
      const issuers = { ...known(), [addressOf(server)]: issuer }
      writeWhole(file, `${JSON.stringify({ format: FORMAT, issuers }, null, 1)}\n`, 0o600)
    },
  }
}

/** The server at its address, without the credentials that it may name. */
function addressOf(server: Server): string {
  return `${keyText(keyOf(server))} ${server.url}`
}

function readIssuers(file: string): Record<string, string> {
  const found = readFormatted(file, FORMAT)
  if (found === undefined) return {}
  const issuers = found === 'broken' ? undefined : found.issuers
  if (!isRecord(issuers) || !Object.values(issuers).every(one => typeof one === 'string'))
    throw new SupportError('failed', `${file}: is corrupted`, {
      hint: 'remove it, or set "issuer" in the "oauth" of each server',
    })
  return issuers as Record<string, string>
}
