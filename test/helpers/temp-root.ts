// One folder takes everything that a test run puts into the system's temporary folder, and goes with the run.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function setup(): () => void {
  const root = mkdtempSync(join(tmpdir(), 'supportmax-test-'))
  // Inherited by the workers and by every program that a test starts.
  process.env.TMPDIR = root
  // Node's cache of compiled code would be cold in each run otherwise.
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled')
  return () => rmSync(root, { recursive: true, force: true, maxRetries: 3 })
}
