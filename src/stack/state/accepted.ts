// Which tools a person has accepted as read-only because they match a pattern. A server that lists a new tool must not decide
// by its name alone that it is called without approval.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readFormatted, readOnce } from '../../base/disk/formatted.ts'
import { SupportError } from '../../base/errors.ts'
import { writeWhole } from '../../base/files.ts'
import { isRecord } from '../../base/records.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'

const FORMAT = 1

export interface AcceptedFile {
  /** Path of the file. */
  file: string
  /** The names that were accepted for this server, at this URL or of this program. A file that cannot be read accepts none. */
  of(server: Server): ReadonlySet<string>
  /** Keeps these names in place of what was accepted for the server before. Throws for a file that cannot be changed. */
  accept(lists: readonly { server: Server; tools: readonly string[] }[]): void
}

/** What was accepted in one state folder, in a file of mode 0600. */
export function acceptedFile(folder: string): AcceptedFile {
  const file = join(folder, 'accepted-tools.json')
  const known = readOnce(file, () => readAccepted(file))
  return {
    file,
    of(server) {
      const found = knownOrNone(known)[keyText(keyOf(server))]
      return found?.origin === originOf(server) ? new Set(found.tools) : NONE
    },
    accept(lists) {
      const added = lists.map(({ server, tools }): [string, Accepted] => [
        keyText(keyOf(server)),
        { origin: originOf(server), tools: tools.toSorted() },
      ])
      const accepted = { ...known(), ...Object.fromEntries(added) }
      writeWhole(file, `${JSON.stringify({ format: FORMAT, accepted }, null, 1)}\n`, 0o600)
    },
  }
}

const NONE: ReadonlySet<string> = new Set()

interface Accepted {
  /** Hash of what the server was when its tools were accepted. */
  origin: string
  tools: string[]
}

type AcceptedLists = Record<string, Accepted>

function knownOrNone(known: () => AcceptedLists): AcceptedLists {
  try {
    return known()
  } catch (error) {
    if (error instanceof SupportError) return {}
    throw error
  }
}

/** A different server may have different tools under the same names; another release of the same one rarely does. */
function originOf(server: Server): string {
  const parts = [server.type, server.managed ? programOf(server) : server.url]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

/** What is started, without its release. */
function programOf({ image, local, args }: Server): unknown[] {
  if (local?.kind === 'bridge') return [local.command, args]
  if (image.kind === 'package') return [image.package.registry, image.package.name]
  return [image.kind === 'pull' ? image.ref.replace(/@.*$/, '').replace(/:[^:/]*$/, '') : image.program]
}

function readAccepted(file: string): AcceptedLists {
  const found = readFormatted(file, FORMAT)
  const accepted = typeof found === 'object' ? found.accepted : undefined
  if (!isRecord(accepted)) return {}
  return Object.fromEntries(
    Object.entries(accepted).flatMap(([key, value]) => {
      if (!isRecord(value) || typeof value.origin !== 'string' || !Array.isArray(value.tools)) return []
      const tools = value.tools.filter(tool => typeof tool === 'string')
      return [[key, { origin: value.origin, tools }]]
    }),
  )
}
