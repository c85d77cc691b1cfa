// Large results of tools, in files of one customer each: memory, requests to models and the database hold only parts of them.

import { linkSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../../base/disk/private-folder.ts'
import { writeWhole } from '../../base/files.ts'

export interface ResultFiles {
  /** In a file that only this user can read. Throws if it cannot be. */
  write(name: string, text: string): void
  /** Throws the error of the file system if it is gone. */
  read(name: string): string
  /** Gives a file another name, too. False if it is gone. */
  share(name: string, other: string): boolean
  remove(name: string): void
  all(): { name: string; changedAt: number }[]
}

/** @param folder the project's state folder */
export function resultFiles(folder: string, customerId: string): ResultFiles {
  const all = resultsFolder(folder)
  const own = resultFolder(folder, customerId)
  return {
    write(name, text) {
      if (!makePrivateFolder(all) || !makePrivateFolder(own)) throw new Error(`${own} is not private`)
      writeWhole(join(own, name), text, 0o600)
    },
    read: name => readOwn(own, name),
    share(name, other) {
      try {
        linkSync(join(own, name), join(own, other))
        return true
      } catch {
        return false
      }
    },
    remove: name => rmSync(join(own, name), { force: true }),
    all: () => filesIn(own),
  }
}

/** For a customer of whom nothing may be kept: they end with the process. */
export function resultsInMemory(): ResultFiles {
  const texts = new Map<string, string>()
  return {
    write: (name, text) => void texts.set(name, text),
    read: name => texts.get(name) ?? '',
    share(name, other) {
      const text = texts.get(name)
      if (text !== undefined) texts.set(other, text)
      return text !== undefined
    },
    remove: name => void texts.delete(name),
    all: () => [...texts.keys()].map(name => ({ name, changedAt: Date.now() })),
  }
}

/** Of all customers. */
export function resultsFolder(folder: string): string {
  return join(folder, 'results')
}

export function resultFolder(folder: string, customerId: string): string {
  return join(resultsFolder(folder), customerId)
}

/** A link could lead to a result of another customer. */
function readOwn(folder: string, name: string): string {
  if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is a link, not a folder`)
  const path = join(folder, name)
  if (!lstatSync(path).isFile()) throw new Error(`${path} is a link, not a file`)
  return readFileSync(path, 'utf8')
}

function filesIn(folder: string): { name: string; changedAt: number }[] {
  try {
    // What a link leads to is not ours to remove.
    if (!lstatSync(folder).isDirectory()) return []
    return readdirSync(folder).map(name => {
      const changed = lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs
      return { name, changedAt: changed ?? 0 }
    })
  } catch {
    // It does not exist yet: then nothing is kept there.
    return []
  }
}
