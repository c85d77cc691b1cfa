// Which customers have transcripts, and where.

import { readdirSync } from 'node:fs'
import { reasonOf, SupportError } from '../../../base/errors.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { naming, openTranscriptFile } from '../database.ts'
import { transcriptFile, transcriptFolder } from '../files.ts'
import { resultFiles, resultsFolder } from '../result-files.ts'

/** Ids of the customers with anything kept, including those that are no longer in the configuration. */
export function customersWithTranscripts(folder: string): string[] {
  const files = namesIn(transcriptFolder(folder)).filter(name => name.endsWith('.db'))
  const ids = files.map(name => name.slice(0, -'.db'.length))
  return [...new Set([...ids, ...namesIn(resultsFolder(folder))])].sort()
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new SupportError('failed', `${folder}: cannot be read (${reasonOf(error)})`, {
      hint: `run \`ls -ld ${shellWord(folder)}\`: it must be a folder of your own, with mode 0700`,
    })
  }
}

/** Opens a customer's file, and closes it afterwards. What goes wrong names the file. */
export function within<T>(
  folder: string,
  customerId: string,
  choose: (db: ReturnType<typeof openTranscriptFile>, files: ReturnType<typeof resultFiles>) => T,
): T {
  const file = transcriptFile(folder, customerId)
  const db = openTranscriptFile(file)
  try {
    return naming(file, () => choose(db, resultFiles(folder, customerId)))
  } finally {
    db.close()
  }
}
