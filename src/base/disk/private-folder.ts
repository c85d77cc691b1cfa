import { lstatSync, mkdirSync } from 'node:fs'

/** Creates the folder unless it exists; whether only this user can access it. */
export function makePrivateFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    // It exists, or cannot be created.
  }
  return isPrivateFolder(folder)
}

/** Anybody can create a folder among the temporary ones, or a link to one. */
function isPrivateFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
}
