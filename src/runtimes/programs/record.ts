// The record of a kept program: a file next to its log, by which later runs find it.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../base/files.ts'
import { refuseNewerFormat } from '../../base/format.ts'
import { isAlwaysLocal, isHeld, keyOf, type ServerKey } from '../../config/project.ts'
import type { Start } from '../runtime.ts'

/** Format of the record files. Files from before formats lack the field and are otherwise the same. */
const FORMAT = 1

/** Facts about a started program, without credentials. */
export interface KeptFacts {
  customer: string
  server: string
  definition: string
  credentials: string
  configFile: string
  /** Port on 127.0.0.1, so that `down` can check that it is free again. */
  hostPort: number | undefined
  /** Set for a server that never runs in a container. */
  alwaysLocal?: true
  /** Set for a server whose program holds a container. */
  held?: true
}

export interface KeptRecord extends KeptFacts {
  /** The keeper's pid, which is also the id of the process group. */
  group: number
  /** When the keeper started, as startOf() writes it: a recycled pid started at another time. */
  groupStart: string
  startedAt: string
  /** The program itself; absent until it has started. */
  child?: { pid: number; start: string }
  ended?: { exitCode: number; outOfMemory: boolean; at: string }
}

/** The folder for records and logs of kept programs, in a project's state folder. */
export function programsFolder(stateDir: string): string {
  return join(stateDir, 'local')
}

/** The facts of one server's start. */
export function factsOf({ server, definition, credentials, hostPort }: Start, configFile: string): KeptFacts {
  const facts = { ...keyOf(server), definition, credentials, hostPort, configFile }
  return {
    ...facts,
    ...(isAlwaysLocal(server) && { alwaysLocal: true as const }),
    ...(isHeld(server) && { held: true as const }),
  }
}

/** Neither id can contain a dot, so no two keys share a prefix. */
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
  writeWhole(path, `${JSON.stringify({ format: FORMAT, ...record }, undefined, 2)}\n`, 0o600)
}

/**
 * Every record in the folder. Skips corrupted files, since the processes also have a mark; throws `failed` for a record
 * that a newer supportmax wrote.
 */
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

/** The record at `path`; empty if it is absent, unreadable, corrupted, or belongs to another server than its name says. */
function recordAt(folder: string, path: string): KeptRecord[] {
  const parsed = parsedAt(path)
  refuseNewerFormat(path, parsed?.format, FORMAT)
  if (!parsed || !isRecord(parsed) || recordPath(folder, parsed) !== path) return []
  const { format: _, ...record } = parsed as KeptRecord & { format?: unknown }
  return [record]
}

function parsedAt(path: string): { format?: unknown } | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: object): value is KeptRecord {
  // A corrupted file can have null anywhere.
  const record = value as { [K in keyof KeptRecord]: KeptRecord[K] | null }
  const { definition, credentials, configFile, hostPort, group, groupStart, startedAt, child, ended } = record
  return (
    [definition, credentials, configFile, groupStart, startedAt].every(one => typeof one === 'string') &&
    (hostPort === undefined || Number.isInteger(hostPort)) &&
    Number.isInteger(group) &&
    Number(group) > 1 &&
    (child === undefined || Number.isInteger(child?.pid)) &&
    (ended === undefined || Number.isInteger(ended?.exitCode))
  )
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
