// What `connect` finds on this machine.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isOwn } from './entry.ts'
import { type EntryFile, existingFiles, readEntries } from './file.ts'
import { type ClientPlace, entryFiles, entryName, hasFile } from './place.ts'

/** Whether the client seems to be installed, and the customers whose entries it has. */
export function clientState(
  place: Omit<ClientPlace, 'level' | 'customer'>,
  isOnPath: (program: string) => boolean,
): { isFound: boolean; customers: string[] } {
  const { client, roots } = place
  const levels = (['user', 'project'] as const).filter(level => hasFile(client, level))
  const files = levels.flatMap(level => entryFiles({ ...place, level, customer: '*' }).flatMap(existingFiles))
  const [user = ''] = client.user?.(roots) ?? []
  const folder = join(user, '..')
  const isFound =
    files.length > 0 ||
    (user !== '' && folder !== roots.home && existsSync(folder)) ||
    (client.program !== undefined && isOnPath(client.program))
  return { isFound, customers: [...new Set(files.flatMap(ownIn))] }
}

function ownIn(edited: EntryFile): string[] {
  try {
    const own = [...readEntries(edited)].filter(([name, entry]) => isOwn(name, entry))
    return own.map(([name]) => name.slice(entryName('').length))
  } catch {
    // Broken, or not readable: connecting says so.
    return []
  }
}
