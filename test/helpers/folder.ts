import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new, empty folder. It is removed with all others when the test run is over (temp-root.ts). */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'folder-'))
}
