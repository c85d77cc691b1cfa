import { existsSync, renameSync } from 'node:fs'
import { transcriptFile } from '../files.ts'
import { resultFolder } from '../result-files.ts'

/** Gives what is kept of a customer to the id that it has from now on. What another one of that id had is put aside. */
export function moveTranscripts(folder: string, from: string, to: string): void {
  putTranscriptsAside(folder, to)
  move(folder, from, to)
}

/**
 * Another customer of the same id must not find it. It stays under a name that no customer can have, until it is too old or
 * is erased.
 */
export function putTranscriptsAside(folder: string, customerId: string, now = Date.now()): void {
  move(folder, customerId, `${customerId}~removed-${now}`)
}

function move(folder: string, from: string, to: string): void {
  const [file, other] = [transcriptFile(folder, from), transcriptFile(folder, to)]
  const paths = ['', '-wal', '-shm'].map(end => [`${file}${end}`, `${other}${end}`] as const)
  for (const [path, next] of [...paths, [resultFolder(folder, from), resultFolder(folder, to)] as const])
    if (existsSync(path)) renameSync(path, next)
}
