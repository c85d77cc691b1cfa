// Large results of tools, in files of one customer each: memory and requests to models hold only parts of them.

import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../base/disk/private-folder.ts'
import { writeWhole } from '../base/files.ts'

/** A text that is kept outside of this process. */
export interface KeptText {
  /** Throws the error of the file system if it is gone. */
  read(): string
  remove(): void
}

/** What a killed chat has left is removed after this time. A process of another container seems to have ended. */
const LEFT_MS = 24 * 3_600_000

/**
 * Keeps texts of this customer in files that only this user can read.
 *
 * @param folder the project's folder of results
 */
export function keepResults(folder: string, customer: string, now = Date.now): (text: string) => KeptText {
  const own = join(folder, customer)
  removeLeft(folder, now())
  return text => {
    if (!makePrivateFolder(folder) || !makePrivateFolder(own)) throw new Error(`${own} is not private`)
    const path = join(own, `${process.pid}-${randomUUID()}.txt`)
    writeWhole(path, text, 0o600)
    return { read: () => readFileSync(path, 'utf8'), remove: () => rmSync(path, { force: true }) }
  }
}

/** Of all customers: nobody may ask about this one for a long time. */
function removeLeft(folder: string, now: number): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removeOld(join(folder, entry.name), now)
  } catch {
    // It does not exist yet, or cannot be read: then nothing is kept there.
  }
}

function removeOld(folder: string, now: number): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now
      if (now - changed > LEFT_MS && !isInUse(name)) rmSync(path, { force: true })
    }
  } catch {
    // Another user's, or another chat is removing it.
  }
}

/** A chat can last longer than a day. */
function isInUse(name: string): boolean {
  const [, pid] = /^(\d+)-/.exec(name) ?? []
  if (pid === undefined) return false
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
