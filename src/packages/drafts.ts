import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder for all installed packages, in a project's state folder. */
export function packagesFolder(stateDir: string): string {
  return join(stateDir, 'packages')
}

/**
 * A new folder to work in, which only this user can read; to be removed at the end. Those of processes that were killed are
 * removed now: they may hold the settings of a registry. Throws if `folder` cannot be written to.
 */
export function makeDraft(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  removeLeft(folder)
  return mkdtempSync(join(folder, `tmp-${process.pid}-`))
}

/** Also what was made read-only already, and once more those of killed processes: their npm may have gone on for a while. */
export function removeDraft(draft: string): void {
  remove(draft)
  removeLeft(dirname(draft))
}

function removeLeft(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^tmp-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid))) remove(join(folder, name))
  }
}

function remove(folder: string): void {
  makeWritable(folder)
  rmSync(folder, { recursive: true, force: true })
}

function makeWritable(folder: string): void {
  if (!existsSync(folder)) return
  chmodSync(folder, 0o700)
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(join(folder, entry.name))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
