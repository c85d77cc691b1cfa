import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { createWhole } from '../../../base/files.ts'
import type { Printer } from '../../print/printer.ts'

/** Prints a document, or writes it to a new file that only this person can read. */
export function written(print: Printer, text: string, output: string | undefined): number {
  if (output === undefined) {
    print.result(text.trimEnd())
    return EXIT.ok
  }
  const path = resolve(output)
  if (existsSync(path) || !createWhole(path, text, 0o600))
    throw new SupportError('usage', `${path} exists already`, { hint: 'choose another name' })
  print.note(`wrote ${path}`)
  return EXIT.ok
}
