// What a command would write, and the writing itself.

import { rmSync } from 'node:fs'
import { SupportError } from '../../base/errors.ts'
import { readIfThere, rewriteWhole } from '../../base/files.ts'
import { LARGEST_CONFIG } from '../document/parse.ts'
import { configFileOf, interpretProject } from '../load.ts'

/** One file as it is and as it will be. */
export interface FileChange {
  file: string
  /** Undefined: there is no such file. */
  before: string | undefined
  after: string
  /** Of a new file. */
  mode: number
}

/** The change of a file as it is now. */
export function changeOf(
  file: string,
  edit: (before: string | undefined) => string,
  mode = 0o644,
): FileChange {
  const before = readIfThere(file, LARGEST_CONFIG)
  return { file, before, after: edit(before), mode }
}

/** Throws `usage` if the configuration is in the older form, which cannot be edited. */
export function refuseOlder(config: string): void {
  const file = configFileOf(config)
  if (file !== config)
    throw new SupportError('usage', `${file}: cannot be edited in its older form`, {
      hint: 'run `supportmax config migrate` first',
    })
}

/**
 * Writes what differs, in this order: all of it or nothing. Throws `failed`, and writes nothing, if a file has changed
 * meanwhile.
 */
export function writeChanges(changes: readonly FileChange[]): void {
  const changed = changes.filter(({ file, before }) => readIfThere(file, LARGEST_CONFIG) !== before)
  if (changed.length > 0) {
    const files = changed.map(one => one.file).join(' and ')
    throw new SupportError('failed', `${files} changed meanwhile; nothing was written`, {
      hint: 'run the command again',
    })
  }
  const written: FileChange[] = []
  try {
    for (const change of changes) {
      if (change.after === (change.before ?? '')) continue
      rewriteWhole(change.file, change.after, change.mode)
      written.push(change)
    }
  } catch (error) {
    for (const change of written.reverse()) undo(change)
    throw error
  }
}

function undo({ file, before, mode }: FileChange): void {
  try {
    if (before === undefined) rmSync(file, { force: true })
    else rewriteWhole(file, before, mode)
  } catch {
    // The first error says more.
  }
}

/** Throws `usage` if the configuration would have errors that it does not have now. */
export function refuseNewErrors(
  config: string,
  { before, after, hint }: { before: string | undefined; after: string; hint: string },
): void {
  const known = before === undefined ? [] : interpretProject(config, before).errors
  const old = new Set(known.map(one => one.message))
  const fresh = interpretProject(config, after).errors.filter(one => !old.has(one.message))
  if (fresh.length === 0) return
  throw new SupportError('usage', fresh.map(one => `${one.path}: ${one.message}`).join('\n'), {
    hint: fresh.length === 1 && fresh[0]?.hint ? fresh[0].hint : hint,
  })
}

const CONTEXT = 2

/** The lines that differ, with two lines around them, as `diff -u` prints them; empty if none does. */
export function differenceText({ file, before = '', after }: FileChange): string {
  if (before === after) return ''
  const [old, now] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let tail = 0
  const most = Math.min(old.length, now.length) - start
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail++
  const first = Math.max(0, start - CONTEXT)
  const [oldEnd, newEnd] = [old.length - tail, now.length - tail]
  const lines = [
    ...old.slice(first, start).map(line => ` ${line}`),
    ...old.slice(start, oldEnd).map(line => `-${line}`),
    ...now.slice(start, newEnd).map(line => `+${line}`),
    ...old.slice(oldEnd, oldEnd + CONTEXT).map(line => ` ${line}`),
  ]
  return [`--- ${file}`, `+++ ${file}`, `@@ line ${start + 1} @@`, ...lines].join('\n')
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
}
