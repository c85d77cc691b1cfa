import { opendirSync } from 'node:fs'
import { homedir } from 'node:os'
import type { Candidate } from '../command.ts'

/** In a folder with more entries, a name has to be typed in full. */
const MOST_READ = 2_000

/** Nobody keeps notes there. */
const PROGRAMS = new Set(['node_modules/', 'dist/'])

/** Folders and Markdown files whose path begins as typed; `~` is the home folder. */
export function filesBeginning(typed: string): Candidate[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1)
  const name = typed.slice(folder.length)
  const found = namesIn(folder.replace(/^~\//, `${homedir()}/`) || '.').filter(
    one => one.startsWith(name) && (name.startsWith('.') || !one.startsWith('.')) && !PROGRAMS.has(one),
  )
  return found.sort().map(one => {
    const isFolder = one.endsWith('/')
    return { value: folder + one, summary: isFolder ? 'folder' : 'exists already', isWhole: !isFolder }
  })
}

/** Of folders with a slash. Empty for a folder that is not there or cannot be read. */
function namesIn(folder: string): string[] {
  const names: string[] = []
  try {
    const open = opendirSync(folder)
    for (let entry = open.readSync(); entry && names.length < MOST_READ; entry = open.readSync())
      if (entry.isDirectory()) names.push(`${entry.name}/`)
      else if (entry.name.endsWith('.md')) names.push(entry.name)
    open.closeSync()
  } catch {
    // Enter says what is wrong with it.
  }
  // What could move the cursor is no name to list.
  return names.filter(one => !/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(one))
}
