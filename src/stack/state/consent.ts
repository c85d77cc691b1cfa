// What a person has allowed to run. A configuration from elsewhere must not execute anything by surprise.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { writeWhole } from '../../base/files.ts'
import { isAlwaysLocal, keyOf, keyText, type Server } from '../../config/project.ts'
import { readFormatted, readOnce } from './formatted.ts'

const FORMAT = 1

export interface ConsentFile {
  of(server: Server): 'not-needed' | 'allowed' | 'changed' | 'unknown'
  /** Allows what these servers run now. */
  allow(servers: readonly Server[]): void
}

/** What was allowed in one state folder, in a file of mode 0600. A broken file allows nothing. */
export function consentFile(folder: string): ConsentFile {
  const file = join(folder, 'consent.json')
  const known = readOnce(file, () => readAllowed(file))
  return {
    of(server) {
      if (!isAlwaysLocal(server)) return 'not-needed'
      const before = known().get(keyText(keyOf(server)))
      return before === undefined ? 'unknown' : before === hashOf(server) ? 'allowed' : 'changed'
    },
    allow(servers) {
      const added = servers.map(server => [keyText(keyOf(server)), hashOf(server)] as const)
      const allowed = Object.fromEntries([...known(), ...added])
      writeWhole(file, `${JSON.stringify({ format: FORMAT, allowed }, null, 1)}\n`, 0o600)
    },
  }
}

/** Of everything that decides what is executed: the program, its arguments, folder and environment. */
function hashOf({ local, args, env }: Server): string {
  return createHash('sha256')
    .update(JSON.stringify([local, args, env]))
    .digest('hex')
}

function readAllowed(file: string): Map<string, string> {
  const found = readFormatted(file, FORMAT)
  const allowed = typeof found === 'object' ? found.allowed : undefined
  if (typeof allowed !== 'object' || allowed === null) return new Map()
  return new Map(Object.entries(allowed).filter(([, hash]) => typeof hash === 'string'))
}
