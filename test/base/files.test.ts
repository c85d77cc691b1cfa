import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import { checkWritable, readIfThere, writeWhole } from '../../src/base/files.ts'
import { newFolder } from '../helpers/folder.ts'

const folder = newFolder()
const file = join(folder, 'file')
const pipe = join(folder, 'pipe')
const socket = join(folder, 'socket')
const circle = join(folder, 'circle')
mkdirSync(join(folder, 'folder'))
writeFileSync(file, 'text')
execFileSync('mkfifo', [pipe])
symlinkSync(circle, circle)
symlinkSync(file, join(folder, 'link'))

function faultOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SupportError && error.code === 'usage' && error.hint) return error.message
    throw error
  }
  return 'no fault'
}

const PLACES = [
  [join(folder, 'folder'), 'is a folder'],
  [pipe, 'is not a regular file'],
  [circle, 'too many symbolic links'],
  ['/dev/zero', 'is not a regular file'],
  [join(file, 'inner'), 'part of the path is a file'],
  [join(folder, 'x'.repeat(300)), 'name too long'],
] as const

describe('a path that cannot be used', () => {
  it.each(PLACES)('%s is reported in one line when read', (path, words) => {
    expect(faultOf(() => readIfThere(path))).toBe(`${path}: cannot be read (${words})`)
  })

  it.each(PLACES)('%s is reported in one line when written, and is not changed', (path, words) => {
    const before = readdirSync(folder)
    expect(faultOf(() => writeWhole(path, 'x'))).toBe(`${path}: cannot be written (${words})`)
    expect(faultOf(() => checkWritable(path))).toBe(`${path}: cannot be written (${words})`)
    expect(readdirSync(folder)).toEqual(before)
  })

  it('is found before there is anything to write, and a file that can be written stays as it is', () => {
    const path = join(newFolder(), 'sub', 'report.xml')
    checkWritable(path)
    expect(readdirSync(dirname(path))).toEqual([])
    writeWhole(path, 'x')
    checkWritable(path)
    expect([readIfThere(path), readdirSync(dirname(path))]).toEqual(['x', ['report.xml']])
  })

  it('a socket is not a regular file', async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(socket, resolve))
    expect(faultOf(() => readIfThere(socket))).toContain('is not a regular file')
    await new Promise(resolve => server.close(resolve))
  })

  it.skipIf(process.getuid?.() === 0)('a folder without permission is reported', () => {
    const shut = mkdtempSync(join(folder, 'shut-'))
    chmodSync(shut, 0o000)
    expect(faultOf(() => readIfThere(join(shut, 'a')))).toContain('cannot be read (permission denied)')
    expect(faultOf(() => writeWhole(join(shut, 'a'), ''))).toContain('cannot be written (permission denied)')
  })

  it.skipIf(process.platform !== 'linux')('a file system that rejects files is reported', () => {
    expect(faultOf(() => writeWhole('/proc/supportmax', 'x'))).toMatch(
      /^\/proc\/supportmax: cannot be written/,
    )
  })

  it('a file that is larger than the limit is not read', () => {
    expect(faultOf(() => readIfThere(file, 3))).toContain('cannot be read (is larger than 3 bytes)')
    expect(readIfThere(file, 4)).toBe('text')
  })
})

describe('files', () => {
  it('are undefined if missing; links are followed, and an empty file is empty', () => {
    writeFileSync(join(folder, 'empty'), '')
    expect(readIfThere(join(folder, 'none'))).toBeUndefined()
    expect(readIfThere(join(folder, 'link'))).toBe('text')
    expect(readIfThere(join(folder, 'empty'))).toBe('')
  })

  it('are written completely, and missing folders are created', () => {
    const path = join(folder, 'a', 'b', 'c')
    writeWhole(path, 'one')
    writeWhole(path, 'two')
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['c'])
  })
})
