import { existsSync, renameSync } from 'node:fs'
import { transcriptFile } from '../files.ts'
import { resultFolder } from '../result-files.ts'

/** Gives what is kept of a customer to the id that it has from now on. What another one of that id had is put aside. */
export function moveTranscripts(folder: string, from: string, to: string): void {
  putTranscriptsAside(folder, to, asideOf(to))
  move(folder, from, to)
}

/** A name that no customer can have. */
export function asideOf(customerId: string, now = Date.now()): string {
  return `${customerId}~removed-${now}`
}

/**
 * Another customer of the same id must not find it. It stays there until it is too old or is erased. False if there is
 * nothing.
 */
export function putTranscriptsAside(folder: string, customerId: string, aside: string): boolean {
  return move(folder, customerId, aside)
}

function move(folder: string, from: string, to: string): boolean {
  const [file, other] = [transcriptFile(folder, from), transcriptFile(folder, to)]
  const paths = ['', '-wal', '-shm'].map(end => [`${file}${end}`, `${other}${end}`] as const)
  const all = [...paths, [resultFolder(folder, from), resultFolder(folder, to)] as const]
  const found = all.filter(([path]) => existsSync(path))
  for (const [path, next] of found) renameSync(path, next)
  return found.length > 0
}
