import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { processTable } from '../../../src/base/machine.ts'
import { takeLock } from '../../../src/stack/state/lock.ts'
import { newFolder } from '../../helpers/folder.ts'

const quiet = { command: 'up', timeoutMs: 300, emit: () => {} }
const source = fileURLToPath(new URL('../../../src/stack/state/lock.ts', import.meta.url))

/** Another real process that takes the lock, says so, and holds it until it is killed. */
async function holder(path: string, more = ''): Promise<{ pid: number; kill(): Promise<void> }> {
  const script = `import { takeLock } from '${source}'
    const lock = await takeLock('${path}', { command: 'down', timeoutMs: 1000, emit() {} })
    ${more}
    console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise(resolve => child.stdout.once('data', resolve))
  return {
    pid: child.pid ?? 0,
    kill: () =>
      new Promise(resolve => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

describe('the lock of a project', () => {
  it('is refused while another process holds it, and names that process', async () => {
    const path = newFolder()
    const other = await holder(path)
    const told: string[] = []
    const emit = (event: { type: string }) => void told.push(event.type)
    await expect(takeLock(path, { ...quiet, emit })).rejects.toThrow(`\`supportmax down\` (pid ${other.pid}`)
    expect(told).toEqual(['waiting'])
    await other.kill()
  })

  it('that cannot be written is an error with the folder and the reason, and leaves nothing behind', async () => {
    const path = join(newFolder(), 'file')
    writeFileSync(path, '')
    await expect(takeLock(path, quiet)).rejects.toMatchObject({
      message: `${path}: cannot be written (part of the path is a file)`,
      code: 'usage',
      // Another folder would know nothing of the servers that were started from this one.
      hint: 'make that folder writable again: it records which servers were started',
    })
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it('removes drafts of locks that killed programs left, but none that may be about to become one', async () => {
    const path = newFolder()
    const [old, young] = ['lock.json.old', 'lock.json.young'].map(name => join(path, name)) as [
      string,
      string,
    ]
    for (const draft of [old, young]) writeFileSync(draft, '')
    utimesSync(old, new Date(0), new Date(0))
    const lock = await takeLock(path, quiet)
    expect(readdirSync(path).sort()).toEqual(['lock.json', 'lock.json.young'])
    lock.release()
  })

  it('is waited for', async () => {
    const path = newFolder()
    const other = await holder(path)
    const mine = takeLock(path, { ...quiet, timeoutMs: 10_000 })
    await other.kill()
    const lock = await mine
    expect(lock.inherited).toBe(true)
    lock.release()
  })

  it('of a killed process is taken over, after the compose that it left running was ended', async () => {
    const path = newFolder()
    const orphan = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' })
    orphan.unref()
    const other = await holder(path, `lock.noteCompose(${orphan.pid})`)
    await other.kill()
    const lock = await takeLock(path, quiet)
    expect(processTable().some(row => row.pid === orphan.pid)).toBe(false)
    lock.release()
  })

  it('a process with a recycled pid is not taken for the holder, and left alone', async () => {
    const path = newFolder()
    const bystander = spawn('sleep', ['300'], { stdio: 'ignore' })
    const text = {
      id: 'x',
      pid: bystander.pid,
      start: 'another boot 1',
      command: 'up',
      since: new Date().toISOString(),
      compose: { pid: bystander.pid, start: 'another boot 1' },
    }
    writeFileSync(join(path, 'lock.json'), JSON.stringify(text))
    const lock = await takeLock(path, quiet)
    expect(processTable().some(row => row.pid === bystander.pid)).toBe(true)
    lock.release()
    bystander.kill()
  })

  it.each(['{"id":', '{}', 'null', '"s"', '{"id":"x","pid":"1","start":"s"}'])(
    '%s is held by nobody',
    async text => {
      const path = newFolder()
      writeFileSync(join(path, 'lock.json'), text)
      const lock = await takeLock(path, quiet)
      expect(JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid })
      lock.release()
    },
  )

  it('is held by only one of twenty at a time', async () => {
    const path = newFolder()
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await takeLock(path, { ...quiet, timeoutMs: 20_000 })
        most = Math.max(most, ++inside)
        await new Promise(resolve => setTimeout(resolve, 5))
        inside--
        lock.release()
      }),
    )
    expect(most).toBe(1)
  })
})
