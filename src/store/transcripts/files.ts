import { join } from 'node:path'

/** @param folder the project's state folder */
export function transcriptFolder(folder: string): string {
  return join(folder, 'transcripts')
}

export function transcriptFile(folder: string, customerId: string): string {
  return join(transcriptFolder(folder), `${customerId}.db`)
}
