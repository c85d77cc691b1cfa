// What is known of one kept program, in a file of its own beside its log: whoever comes later, finds it there.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../base/files.ts'
import type { ServerKey } from '../../config/project.ts'

/** Facts about what was started; without any credential. */
export interface KeptFacts {
  customer: string
  server: string
  definition: string
  credentials: string
  configFile: string
  /** Port on 127.0.0.1, for `down` to see free again. */
  hostPort: number | undefined
}

export interface KeptRecord extends KeptFacts {
  /** The keeper's pid, which is the process group's id too. */
  group: number
  /** When the keeper began, in the words of startOf(): a recycled pid began at another time. */
  groupStart: string
  startedAt: string
  /** The program itself; absent in the moment before it is let go. */
  child?: { pid: number; start: string }
  ended?: { exitCode: number; outOfMemory: boolean; at: string }
}

/** Neither id can hold a dot, so no two keys share a prefix. */
function stem(key: ServerKey): string {
  return `${key.customer}.${key.server}.`
}

export function recordPath(folder: string, key: ServerKey): string {
  return join(folder, `${stem(key)}json`)
}

export function logPath(folder: string, key: ServerKey): string {
  return join(folder, `${stem(key)}log`)
}

export function writeRecord(path: string, record: KeptRecord): void {
  writeWhole(path, `${JSON.stringify(record, undefined, 2)}\n`, 0o600)
}

/** Everything recorded in the folder; what is no record is left out (its processes carry the mark). */
export function readRecords(folder: string): KeptRecord[] {
  return filesOf(folder)
    .filter(name => name.endsWith('.json'))
    .flatMap(name => recordAt(folder, join(folder, name)))
}

export function readRecord(folder: string, key: ServerKey): KeptRecord | undefined {
  return recordAt(folder, recordPath(folder, key))[0]
}

/** Forgets a program: its record, its logs, and drafts that a crash left behind. */
export function removeRecord(folder: string, key: ServerKey): void {
  for (const name of filesOf(folder))
    if (name.startsWith(stem(key))) rmSync(join(folder, name), { force: true, recursive: true })
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** The one record at `path`, or none: absent, unreadable, garbage, or of another server than its name says. */
function recordAt(folder: string, path: string): KeptRecord[] {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as KeptRecord
    return isRecord(record) && recordPath(folder, record) === path ? [record] : []
  } catch {
    return []
  }
}

function isRecord(record: KeptRecord): boolean {
  const { definition, credentials, configFile, hostPort, group, groupStart, startedAt, child, ended } = record
  return (
    [definition, credentials, configFile, groupStart, startedAt].every(one => typeof one === 'string') &&
    (hostPort === undefined || Number.isInteger(hostPort)) &&
    Number.isInteger(group) &&
    group > 1 &&
    (child === undefined || Number.isInteger(child.pid)) &&
    (ended === undefined || Number.isInteger(ended.exitCode))
  )
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
