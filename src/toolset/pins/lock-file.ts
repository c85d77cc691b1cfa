// mcp-lock.json: the definitions that were accepted, beside the configuration file and committed with it. It has whole
// definitions, so that a difference can be shown without the server that had the old one.

import { basename } from 'node:path'
import { readIfThere, rewriteWhole } from '../../base/files.ts'
import { refuseNewerFormat } from '../../base/format.ts'
import { isRecord } from '../../base/records.ts'
import { canonicalText } from './canonical.ts'

const FORMAT = 1
/** A server may list 8 MB at most; 100 customers with 1,000 tools each take less. */
const LARGEST = 256 * 1_048_576

export type PinKind = 'tool' | 'prompt' | 'template' | 'instructions'

/** Canonical texts of the definitions of one server, by kind and by name. Instructions have the name ''. */
export type PinnedServer = Record<PinKind, Map<string, string>>

/** `unusable`: nothing that the file says can be relied on. */
export type PinLock =
  | { state: 'none' }
  | { state: 'read'; servers: Map<string, PinnedServer> }
  | { state: 'unusable'; reason: string; hint: string }

export const NO_DEFINITIONS = (): PinnedServer => ({
  tool: new Map(),
  prompt: new Map(),
  template: new Map(),
  instructions: new Map(),
})

/** Never throws. */
export function readPinLock(file: string): PinLock {
  try {
    const text = readIfThere(file, LARGEST)
    return text === undefined ? { state: 'none' } : parsePinLock(file, text)
  } catch (error) {
    const { message, hint = RESTORE } = error as Error & { hint?: string }
    // The stack overflows where a definition is walked through.
    const reason = error instanceof RangeError ? `${basename(file)}: is nested too deeply` : message
    return { state: 'unusable', reason, hint }
  }
}

const RESTORE = 'restore the file from version control'

function parsePinLock(file: string, text: string): PinLock {
  const name = basename(file)
  const unusable = (line: number, what: string, hint: string): PinLock => ({
    state: 'unusable',
    reason: `${name}:${line}: ${what}`,
    hint,
  })
  const conflict = conflictLine(text)
  if (conflict !== undefined)
    return unusable(conflict, 'merge conflict', 'resolve the conflict, then check the result with `git diff`')
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (error) {
    return unusable(syntaxLine(text, error as Error), 'invalid JSON', RESTORE)
  }
  if (!isRecord(found) || typeof found.format !== 'number') return unusable(1, 'is corrupted', RESTORE)
  refuseNewerFormat(name, found.format, FORMAT)
  if (!isRecord(found.servers)) return unusable(1, '"servers" is not an object', RESTORE)
  const servers = new Map<string, PinnedServer>()
  for (const [key, value] of Object.entries(found.servers)) {
    const pinned = pinnedIn(value)
    if (!pinned) return unusable(lineOf(text, key), `the definitions of ${key} are corrupted`, RESTORE)
    servers.set(key, pinned)
  }
  return { state: 'read', servers }
}

/** The line of a key that this program wrote. */
function lineOf(text: string, key: string): number {
  const at = text.indexOf(JSON.stringify(key))
  return text.slice(0, Math.max(0, at)).split('\n').length
}

function pinnedIn(value: unknown): PinnedServer | undefined {
  if (!isRecord(value)) return undefined
  const { instructions, ...lists } = value
  const pinned = NO_DEFINITIONS()
  if (typeof instructions === 'string') pinned.instructions.set('', canonicalText(instructions))
  else if (instructions !== undefined) return undefined
  for (const kind of LISTED_KINDS) {
    const list = lists[`${kind}s`] ?? {}
    if (!isRecord(list)) return undefined
    for (const [name, definition] of Object.entries(list)) {
      if (!isRecord(definition)) return undefined
      pinned[kind].set(name, canonicalText(definition))
    }
  }
  return pinned
}

const LISTED_KINDS = ['prompt', 'template', 'tool'] as const

/** Sorted, with one value per line, so that a diff shows what has changed. */
export function writePinLock(file: string, servers: ReadonlyMap<string, PinnedServer>): void {
  const list = [...servers].toSorted(byName).map(([key, pinned]) => [key, writtenServer(pinned)] as const)
  const text = JSON.stringify({ format: FORMAT, servers: Object.fromEntries(list) }, null, 2)
  rewriteWhole(file, `${escaped(text)}\n`, 0o644)
}

function writtenServer({ instructions, ...lists }: PinnedServer): Record<string, unknown> {
  const [text] = instructions.values()
  const written = LISTED_KINDS.flatMap(kind => {
    const list = [...lists[kind]].toSorted(byName).map(([name, one]) => [name, JSON.parse(one)] as const)
    return list.length > 0 ? [[`${kind}s`, Object.fromEntries(list)] as const] : []
  })
  return { ...(text !== undefined && { instructions: JSON.parse(text) }), ...Object.fromEntries(written) }
}

/** By code unit, which is the same on every machine. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** Characters that a reader could not see are written as JSON escapes. */
function escaped(text: string): string {
  return text.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu, character =>
    character
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** The line of the first marker that a merge has left; undefined if there is none. */
function conflictLine(text: string): number | undefined {
  const at = text.search(/^(<{7}|\|{7}|={7}|>{7})(\s|$)/m)
  return at < 0 ? undefined : lineAt(text, at)
}

/** The line at which a text stops being JSON. */
function syntaxLine(text: string, { message }: Error): number {
  const [, line] = /\(line (\d+) column \d+\)/.exec(message) ?? []
  if (line !== undefined) return Number(line)
  // V8 names no place for a token that it did not expect: the shortest beginning with the same error ends there.
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isBroken(text.slice(0, middle))) bad = middle
    else good = middle
  }
  return lineAt(text, bad)
}

/** Whether no continuation would make it JSON. */
function isBroken(beginning: string): boolean {
  try {
    JSON.parse(beginning)
    return false
  } catch (error) {
    return (error as Error).message.startsWith('Unexpected token')
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
