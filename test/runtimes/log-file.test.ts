import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { hideSecret } from '../../src/base/redact.ts'
import { boundedLog } from '../../src/runtimes/programs/log-file.ts'
import { newFolder } from '../helpers/folder.ts'

const SECRET = 'canary-4711-log-file'
hideSecret(SECRET)

let folder: string
let path: string
beforeEach(() => {
  folder = newFolder()
  path = join(folder, 'log')
})

/** What the file says after these chunks. */
function logged(...chunks: string[]): string {
  const out = boundedLog(path).writer()
  for (const chunk of chunks) out.write(chunk)
  out.end()
  return readFileSync(path, 'utf8')
}

it('hides a secret that arrives in two chunks', () => {
  expect(logged('the token is canary-47', '11-log-file!\n')).toBe('the token is ‹hidden›!\n')
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
  expect(readFileSync(path, 'utf8')).toBe('a warning\ntoken ‹hidden›\n')
})
