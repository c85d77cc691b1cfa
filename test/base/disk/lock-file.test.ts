import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { breakLock, createLock, newHolder, withFileLock } from '../../../src/base/disk/lock-file.ts'
import { newFolder } from '../../helpers/folder.ts'

const source = fileURLToPath(new URL('../../../src/base/disk/lock-file.ts', import.meta.url))
const DEAD = { ...newHolder(), pid: 1, start: 'long ago' }

/** A process that does `work` under the lock of `file`, as text. */
function worker(file: string, work: string) {
  const script = `import { withFileLock } from '${source}'
    import { readFileSync, writeFileSync } from 'node:fs'
    await withFileLock('${file}', undefined, async () => { ${work} })`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  return { child, ended }
}

describe('a lock file', () => {
  it('lets one of eight processes work at a time, also when the first holder is dead', async () => {
    const folder = newFolder()
    const [lock, count] = [join(folder, 'lock'), join(folder, 'count')]
    writeFileSync(count, '0')
    createLock(lock, DEAD)
    const add = `for (let i = 0; i < 20; i++) {
      const before = Number(readFileSync('${count}', 'utf8'))
      await new Promise(resolve => setImmediate(resolve))
      writeFileSync('${count}', String(before + 1))
    }`
    const codes = await Promise.all(Array.from({ length: 8 }, () => worker(lock, add).ended))
    expect(codes).toEqual(Array(8).fill(0))
    expect(readFileSync(count, 'utf8')).toBe('160')
    expect(readdirSync(folder)).toEqual(['count'])
  })

  it('of a killed process is taken over', async () => {
    const lock = join(newFolder(), 'lock')
    const { child, ended } = worker(
      lock,
      `console.log('held'); await new Promise(() => setInterval(() => {}, 1000))`,
    )
    await new Promise(resolve => child.stdout.once('data', resolve))
    const work = withFileLock(lock, undefined, async () => 'done')
    child.kill('SIGKILL')
    await ended
    expect(await work).toBe('done')
  })

  it('is not broken when another process has taken it since', () => {
    const lock = join(newFolder(), 'lock')
    const mine = newHolder()
    createLock(lock, mine)
    breakLock(lock, DEAD.id)
    expect(JSON.parse(readFileSync(lock, 'utf8')).id).toBe(mine.id)
  })

  it('is broken by the next one when the process that was breaking it was killed', async () => {
    const lock = join(newFolder(), 'lock')
    createLock(lock, DEAD)
    createLock(`${lock}.breaking`, { ...DEAD, id: 'other' })
    expect(await withFileLock(lock, undefined, async () => 'done')).toBe('done')
  })

  it('can be given up while another process is still breaking it', async () => {
    const lock = join(newFolder(), 'lock')
    createLock(lock, DEAD)
    createLock(`${lock}.breaking`, newHolder())
    const stop = new AbortController()
    const waiting = withFileLock(lock, stop.signal, async () => {})
    stop.abort(new Error('cancelled'))
    await expect(waiting).rejects.toThrow('cancelled')
  })

  it('is given up when the signal aborts, and released when the work fails', async () => {
    const folder = newFolder()
    const lock = join(folder, 'lock')
    const failing = withFileLock(lock, undefined, async () => {
      const waiting = withFileLock(lock, AbortSignal.abort(new Error('cancelled')), async () => {})
      await expect(waiting).rejects.toThrow('cancelled')
      throw new Error('failed')
    })
    await expect(failing).rejects.toThrow('failed')
    expect(readdirSync(folder)).toEqual([])
  })
})
