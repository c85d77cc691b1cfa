// The bindings of one state folder, which several programs may change at once. Each change is a new file whose name has the
// next number: only one program can create it, and the others then start from what it wrote. No lock is held, so that none
// can be left behind, and a chat can bind a credential while `up` works.

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readFormatted } from '../../../base/disk/formatted.ts'
import { SupportError } from '../../../base/errors.ts'
import { createWhole, fileFault, fileStamp } from '../../../base/files.ts'
import { isRecord } from '../../../base/records.ts'
import type { Binding } from '../../../secrets/bound/rules.ts'

const FORMAT = 1
const NAME = /^bindings-([1-9]\d{0,14})\.json$/

const MOST_TRIES = 100

export interface BindingFile {
  /** The bindings now; the same list until something changes. Throws `failed` for a file that is corrupted. */
  read(): readonly Binding[]
  /**
   * Replaces the bindings by what `change` makes of them; it is called again if another program was faster. The same list
   * means that nothing is written. Throws like read(), and `failed` for a folder that cannot be written.
   */
  change(change: (bindings: readonly Binding[]) => readonly Binding[]): void
}

export function bindingFile(folder: string): BindingFile {
  let known: { stamp: string; number: number; bindings: readonly Binding[] } | undefined
  function latest() {
    for (let tries = 1; ; tries++) {
      const number = newestIn(folder)
      const file = fileOf(folder, number)
      const stamp = `${number} ${fileStamp(file)}`
      if (known?.stamp === stamp) return known
      const bindings = number === 0 ? [] : readBindings(file)
      if (bindings === undefined) {
        // A newer one has replaced it in the meantime, unless it is a link to nowhere.
        if (tries === MOST_TRIES) throw corrupted(file)
        continue
      }
      known = { stamp, number, bindings }
      return known
    }
  }
  return {
    read: () => latest().bindings,
    change(change) {
      for (let tries = 1; ; tries++) {
        const { number, bindings } = latest()
        const next = change(bindings)
        if (next === bindings || publish(folder, number + 1, next)) return
        // Numbers have an end, which only a person who writes files there could reach.
        if (tries === MOST_TRIES) throw corrupted(fileOf(folder, number))
      }
    },
  }
}

/** Number of the newest file; 0 if there is none. */
function newestIn(folder: string): number {
  return numbersIn(folder).reduce((most, one) => Math.max(most, one), 0)
}

function numbersIn(folder: string): number[] {
  return namesIn(folder).flatMap(name => {
    const [, digits] = NAME.exec(name) ?? []
    return digits === undefined ? [] : [Number(digits)]
  })
}

/** A person may have removed the folder since; it is made again with the next file. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new SupportError('failed', `${folder}: cannot be read (${fileFault(error)})`, {
      hint: 'make that folder readable again: it records where each credential may go',
      cause: error,
    })
  }
}

function fileOf(folder: string, number: number): string {
  return join(folder, `bindings-${number}.json`)
}

/** Whether this is now the newest file. */
function publish(folder: string, number: number, bindings: readonly Binding[]): boolean {
  const file = fileOf(folder, number)
  try {
    const text = `${JSON.stringify({ format: FORMAT, bindings }, null, 1)}\n`
    if (!createWhole(file, text, 0o600)) return false
  } catch (error) {
    if (!(error instanceof SupportError)) throw error
    throw new SupportError('failed', error.message, {
      hint: 'make its folder writable and free some space there: it records where each credential may go',
      cause: error,
    })
  }
  // This program was so slow that the number was used and cleaned up: then a newer file is there.
  if (newestIn(folder) !== number) {
    rmSync(file, { force: true })
    return false
  }
  for (const older of numbersIn(folder).filter(one => one < number))
    rmSync(fileOf(folder, older), { force: true })
  return true
}

function readBindings(file: string): readonly Binding[] | undefined {
  const found = readFormatted(file, FORMAT)
  if (found === undefined) return undefined
  const bindings = typeof found === 'object' ? found.bindings : undefined
  if (Array.isArray(bindings) && bindings.every(isBinding)) return bindings
  throw corrupted(file)
}

function corrupted(file: string): SupportError {
  return new SupportError('failed', `${file}: is corrupted, so no credential is used`, {
    hint: 'check the addresses in the configuration, then remove the file: each credential is bound again at its next use',
  })
}

function isBinding(value: unknown): value is Binding {
  if (!isRecord(value) || !Array.isArray(value.values)) return false
  const { name, owner, to, destination, values } = value
  return [name, owner, to, destination, ...values].every(one => typeof one === 'string')
}
