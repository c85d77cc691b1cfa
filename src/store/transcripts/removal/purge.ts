// Removes what is too old.

import { existsSync, rmdirSync } from 'node:fs'
import { transcriptFile } from '../files.ts'
import { resultFiles, resultFolder } from '../result-files.ts'
import { within } from './places.ts'
import { countsOf, leftFiles, olderThan, type RemovedCounts, remove } from './remove.ts'

/** Removes what was last used before this time. `isTrial`: only counts it. */
export function purge(
  folder: string,
  customerId: string,
  { before, isTrial = false }: { before: number; isTrial?: boolean },
): RemovedCounts {
  if (!existsSync(transcriptFile(folder, customerId))) return purgeLeft(folder, customerId, isTrial)
  return within(folder, customerId, (db, files) => {
    const doomed = olderThan(db, files, before)
    return isTrial ? countsOf(doomed) : remove(db, files, doomed)
  })
}

/** Results without a database are of no conversation any more. */
function purgeLeft(folder: string, customerId: string, isTrial: boolean): RemovedCounts {
  const names = leftFiles(resultFiles(folder, customerId))
  if (!isTrial) removeFiles(folder, customerId, names)
  return { conversations: 0, lines: 0, results: names.length }
}

/** Also their folder, if it is empty then. */
export function removeFiles(folder: string, customerId: string, names: readonly string[]): void {
  const files = resultFiles(folder, customerId)
  for (const name of names) files.remove(name)
  if (files.all().length === 0) removeEmpty(resultFolder(folder, customerId))
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // A chat has just written into it, or it is gone.
  }
}
