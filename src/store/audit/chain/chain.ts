// Appends to one chain. Only the process that holds its lock may do that.

import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { chainFile, chainsIn, headFile } from '../files.ts'
import { AUDIT_FORMAT, type AuditKind, lineHash } from '../record.ts'
import { type ChainHead, EMPTY_HEAD, headBytes, readHead } from './head.ts'
import { recovered } from './recover.ts'

export interface Chain {
  /** Appends a record and returns its number, once it is in the file. Throws the error of the file system. */
  append(fields: { what: AuditKind } & Record<string, unknown>): number
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
export function openChain({ folder, chain, now, warn }: ChainOptions): Chain {
  const headPath = join(folder, headFile(chain))
  const files = chainsIn(folder).find(one => one.chain === chain)?.files ?? []
  const repair = recovered(folder, readHead(headPath), files)
  let head: ChainHead = repair?.head ?? EMPTY_HEAD
  const headDescriptor = openSync(headPath, openFlag(repair !== undefined, headPath), 0o600)
  let file = openFile(head.file === '' ? chainFile(chain, monthIn(timeOf(now()))) : head.file)

  function openFile(name: string): { name: string; descriptor: number; size: number } {
    const descriptor = openSync(join(folder, name), 'a', 0o600)
    return { name, descriptor, size: fstatSync(descriptor).size }
  }

  let settling: NodeJS.Timeout | undefined

  function writeHead(one: ChainHead): void {
    writeSync(headDescriptor, headBytes(one), 0, undefined, 0)
  }

  function settle(): void {
    clearTimeout(settling)
    settling = undefined
    try {
      writeHead(head)
    } catch {
      // The next one to open the chain finds the line that the head names.
    }
  }

  /**
   * The head announces each line before it is written, and settle() confirms it soon after. That tells a writer that was
   * killed from somebody who deleted the last line.
   */
  function write(fields: { what: AuditKind } & Record<string, unknown>, at: string): number {
    const { n, last } = head
    const line = JSON.stringify({ n: n + 1, at, ...fields, prev: last })
    const next = lineHash(line)
    writeHead({ file: file.name, n, last, next })
    try {
      file.size += writeWhole(file.descriptor, Buffer.from(`${line}\n`))
    } catch (error) {
      // A full disk may have taken only a part of the line.
      ftruncateSync(file.descriptor, file.size)
      writeHead({ file: file.name, n, last, next: '' })
      throw error
    }
    head = { file: file.name, n: n + 1, last: next, next: '' }
    settling ??= setTimeout(settle, SETTLE_MS).unref()
    return n + 1
  }

  function rotate(at: string): void {
    const name = chainFile(chain, monthIn(at))
    // A clock that was set back begins no older file.
    if (name > file.name) {
      const next = openFile(name)
      closeSync(file.descriptor)
      file = next
    }
    if (file.size === 0) write({ what: 'file', format: AUDIT_FORMAT }, at)
  }

  function append(fields: { what: AuditKind } & Record<string, unknown>): number {
    const at = timeOf(now())
    rotate(at)
    return write(fields, at)
  }

  if (repair?.endsInside) file.size += writeWhole(file.descriptor, Buffer.from('\n'))
  if (repair?.warning !== undefined) warn(repair.warning)
  if (repair?.record) append(repair.record)
  return {
    append,
    close() {
      settle()
      closeSync(file.descriptor)
      closeSync(headDescriptor)
    },
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
