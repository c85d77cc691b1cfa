// Appends to one chain. Only the process that holds its lock may do that.

import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { chainFile, chainsIn, checkRegular, headFile } from '../files.ts'
import { AUDIT_FORMAT, type AuditKind, lineHash } from '../record.ts'
import { type ChainHead, EMPTY_HEAD, headBytes, readHead } from './head.ts'
import { type Recovered, recovered } from './recover.ts'

type Fields = { what: AuditKind } & Record<string, unknown>

export interface Chain {
  /** Appends a record and returns its number, once it is in the file. Throws the error of the file system. */
  append(fields: Fields): number
  close(): void
}

export interface ChainOptions {
  folder: string
  chain: number
  /** Milliseconds since the epoch. */
  now(): number
  /** Called with what was wrong with the end of the file. */
  warn(text: string): void
}

/** After the last record of a burst, the head says that it was written; until then, that it is being written. */
const SETTLE_MS = 20

/** Opens a chain, after repairing the end that a killed process has left. Throws the error of the file system. */
export function openChain(options: ChainOptions): Chain {
  const { folder, chain, now } = options
  const headPath = join(folder, headFile(chain))
  const files = chainsIn(folder).find(one => one.chain === chain)?.files ?? []
  const found = readHead(headPath)
  const repair = recovered(folder, found, files)
  const head = repair?.head ?? EMPTY_HEAD
  const descriptor = openSync(headPath, openFlag(repair !== undefined, headPath), 0o600)
  try {
    const file = openFile(folder, head.file || chainFile(chain, monthIn(timeOf(now()))))
    return chainOn({ descriptor, head, file, repair, hasHead: found !== undefined || !repair }, options)
  } catch (error) {
    // The next try must find the same end, and repair it.
    if (found) writeHead(descriptor, found)
    else ftruncateSync(descriptor, 0)
    closeSync(descriptor)
    throw error
  }
}

interface OpenFile {
  name: string
  descriptor: number
  size: number
}

function openFile(folder: string, name: string): OpenFile {
  const path = join(folder, name)
  checkRegular(path)
  const descriptor = openSync(path, 'a', 0o600)
  return { name, descriptor, size: fstatSync(descriptor).size }
}

function writeHead(descriptor: number, head: ChainHead): void {
  writeSync(descriptor, headBytes(head), 0, undefined, 0)
}

/** For a head, so that a full disk refuses it before its line and not after it. */
function keepRoom(descriptor: number): void {
  writeSync(descriptor, ' '.repeat(headBytes(EMPTY_HEAD).length), 0)
}

interface OpenedChain {
  /** Of the head. */
  descriptor: number
  head: ChainHead
  file: OpenFile
  repair: Recovered | undefined
  /** False if the head was missing, until that is recorded. */
  hasHead: boolean
}

function chainOn(opened: OpenedChain, { folder, chain, now, warn }: ChainOptions): Chain {
  const { descriptor, repair } = opened
  let { head, file, hasHead } = opened
  const settling = settlingOf(() => writeHead(descriptor, head))

  /**
   * The head announces each line before it is written, and confirms it soon after. That tells a writer that was
   * killed from somebody who deleted the last line.
   */
  function write(fields: Fields, at: string, lead = ''): number {
    const { n, last } = head
    const line = JSON.stringify({ n: n + 1, at, ...fields, prev: last })
    const next = lineHash(line)
    if (hasHead) writeHead(descriptor, { file: file.name, n, last, next })
    try {
      file.size += writeWhole(file.descriptor, Buffer.from(`${lead}${line}\n`))
    } catch (error) {
      // A full disk may have taken only a part of the line.
      ftruncateSync(file.descriptor, file.size)
      if (hasHead) writeHead(descriptor, { file: file.name, n, last, next: '' })
      throw error
    }
    head = { file: file.name, n: n + 1, last: next, next: '' }
    settling.begin()
    return n + 1
  }

  function rotate(at: string): void {
    const name = chainFile(chain, monthIn(at))
    // A clock that was set back begins no older file.
    if (name > file.name) {
      const next = openFile(folder, name)
      closeSync(file.descriptor)
      file = next
    }
    if (file.size === 0) write({ what: 'file', format: AUDIT_FORMAT }, at)
  }

  function append(fields: Fields): number {
    const at = timeOf(now())
    rotate(at)
    return write(fields, at)
  }

  function repairEnd({ endsInside, record, warning }: Recovered): void {
    if (warning !== undefined) warn(warning)
    if (!hasHead) keepRoom(descriptor)
    // In one piece: with a line break alone, what a killed writer has left would look like somebody's own line.
    if (endsInside && record) write(record, timeOf(now()), '\n')
    else if (endsInside) file.size += writeWhole(file.descriptor, Buffer.from('\n'))
    else if (record) append(record)
    // After the line: a writer that is killed before it leaves no head, and the next one records that.
    if (!hasHead) writeHead(descriptor, head)
    hasHead = true
  }

  try {
    if (repair) repairEnd(repair)
  } catch (error) {
    settling.stop()
    closeSync(file.descriptor)
    throw error
  }
  return {
    append,
    close() {
      settling.stop()
      settling.now()
      closeSync(file.descriptor)
      closeSync(descriptor)
    },
  }
}

/** Confirms the last line of a burst. */
function settlingOf(confirm: () => void) {
  let timer: NodeJS.Timeout | undefined
  function now(): void {
    timer = undefined
    try {
      confirm()
    } catch {
      // The next one to open the chain finds the line that the head names.
    }
  }
  return {
    begin() {
      timer ??= setTimeout(now, SETTLE_MS).unref()
    },
    stop: () => clearTimeout(timer),
    now,
  }
}

/** In place if there is one. */
function openFlag(exists: boolean, path: string): string {
  return exists && readHead(path) ? 'r+' : 'w'
}

/** @returns the number of bytes */
function writeWhole(descriptor: number, bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
  return bytes.length
}

function timeOf(now: number): string {
  return new Date(now).toISOString()
}

function monthIn(time: string): string {
  return time.slice(0, 7)
}
