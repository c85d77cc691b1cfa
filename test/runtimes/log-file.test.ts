import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { boundedLog } from '../../src/runtimes/programs/log-file.ts'
import { readLog } from '../../src/runtimes/programs/read-log.ts'
import type { LogLine, LogOptions } from '../../src/runtimes/runtime.ts'
import { newFolder } from '../helpers/folder.ts'

const SECRET = 'canary-4711-log-file'
hideSecret(SECRET)

let folder: string
let path: string
beforeEach(() => {
  folder = newFolder()
  path = join(folder, 'log')
})

/** What the file says after these chunks, without the times. */
function logged(...chunks: string[]): string {
  const out = boundedLog(path).writer()
  for (const chunk of chunks) out.write(chunk)
  out.end()
  return withoutTimes()
}

function withoutTimes(): string {
  return readFileSync(path, 'utf8').replace(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z\t/gm, '')
}

async function read(options: Partial<LogOptions>): Promise<LogLine[]> {
  const lines: LogLine[] = []
  for await (const line of readLog(path, { follow: false, tail: undefined, ...options })) lines.push(line)
  return lines
}

it('hides a secret that arrives in two chunks', () => {
  expect(logged('the token is canary-47', '11-log-file!\n')).toBe('the token is ‹hidden›!\n')
})

it('hides half a secret, after which its program was killed', () => {
  expect(logged('the token is canary-47')).toBe('the token is ‹hidden›\n')
})

it('hides a secret wherever an endless line is cut', () => {
  for (const before of [50_000, 63_990, 64_000]) {
    const text = logged('x'.repeat(before), SECRET.slice(0, 9), `${SECRET.slice(9)}${'y'.repeat(70_000)}`)
    expect(text).toContain('‹hidden›')
    expect(text.replaceAll('\n', '')).not.toMatch(/canary|4711|log-file/)
  }
})

it('keeps the lines of two concurrent streams whole', () => {
  const log = boundedLog(path)
  const [out, err] = [log.writer(), log.writer()]
  out.write('token canary-47')
  err.write('a warning\n')
  out.write('11-log-file\n')
  expect(withoutTimes()).toBe('a warning\ntoken ‹hidden›\n')
})

it('gives a line with carriage returns, as progress bars write it, one time', async () => {
  const out = boundedLog(path).writer()
  out.write('10 %\r20 %\r\u2028done\nnext\n')
  expect((await read({})).map(line => line.text)).toEqual(['10 %\r20 %\r\u2028done', 'next'])
})

const LINES = ['2026-11-26T10:00:00.000Z\tstarted', '2026-11-26T10:05:00.000Z\tTimeout while asking']

it('reads each line with the time at which it was written', async () => {
  const before = new Date().toISOString()
  logged('one\ntwo\n\n')
  const lines = await read({})
  expect(lines.map(line => line.text)).toEqual(['one', 'two', ''])
  for (const { at } of lines) expect(at && at >= before).toBe(true)
})

it('reads a file from before times were kept, whose lines may begin with a time of their own', async () => {
  writeFileSync(path, `2026-11-26T09:00:00.000Z listening\nold\n${LINES[0]}\n`)
  expect(await read({})).toEqual([
    { at: undefined, text: '2026-11-26T09:00:00.000Z listening' },
    { at: undefined, text: 'old' },
    { at: '2026-11-26T10:00:00.000Z', text: 'started' },
  ])
  expect(await read({ since: new Date(0) })).toEqual([{ at: '2026-11-26T10:00:00.000Z', text: 'started' }])
})

it('selects lines by their time and their text, and counts only those', async () => {
  writeFileSync(path, `${[...LINES, '2026-11-26T10:06:00.000Z\ttimeout again'].join('\n')}\n`)
  const texts = async (options: Partial<LogOptions>) => (await read(options)).map(line => line.text)
  expect(await texts({ since: new Date('2026-11-26T10:05:00Z') })).toEqual([
    'Timeout while asking',
    'timeout again',
  ])
  expect(await texts({ grep: 'timeout' })).toEqual(['Timeout while asking', 'timeout again'])
  expect(await texts({ grep: 'Timeout' })).toEqual(['Timeout while asking'])
  expect(await texts({ grep: 'timeout', tail: 1 })).toEqual(['timeout again'])
  expect(await texts({ grep: '2026', tail: 5 })).toEqual([])
  expect(await texts({ tail: 0 })).toEqual([])
})
