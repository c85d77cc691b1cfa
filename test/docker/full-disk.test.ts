// The state folder on a disk that is full: what runs can be stopped, and the message names the folder.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { supportmax } from '../helpers/cli.ts'
import { groundMissing, leftOf } from '../helpers/docker.ts'
import { type FirstFile, firstFile } from '../helpers/first-file.ts'
import { newFolder } from '../helpers/folder.ts'
import { mountSmall, smallDiskMissing, unmountSmall } from '../helpers/small-disk.ts'

const missing = (await groundMissing('bridge', 'alertmanager')) ?? smallDiskMissing()

describe.skipIf(missing)('a state folder that is full', () => {
  let world: FirstFile
  const disk = newFolder()

  beforeAll(async () => {
    mountSmall(disk)
    world = await firstFile()
    world.place.env.XDG_STATE_HOME = disk
    await supportmax(world.place, 'trust', '--yes')
    const up = await supportmax(world.place, 'up', 'segurcaixa', '--type', 'alertmanager', '--timeout', '30')
    expect(up.code, up.stderr).toBe(0)
    expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(1_000_000))).toThrow('ENOSPC')
  })
  afterAll(async () => {
    await world?.end()
    unmountSmall(disk)
  })
  const files = () => readdirSync(disk, { recursive: true, encoding: 'utf8' })

  it('keeps up from starting, which names the folder and what to do, and leaves no draft of a lock', async () => {
    const { code, stderr } = await supportmax(world.place, 'up', '--timeout', '5')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^supportmax: \S+: cannot be written \(no space left on the device\)\n {2}free some space there\n$/,
    )
    expect(stderr).toContain(disk)
    expect(files().filter(name => name.includes('lock.json'))).toEqual([])
  })

  it('does not keep down from removing everything', async () => {
    const { code, stderr } = await supportmax(world.place, 'down')
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('is full: working without a lock\n')
    expect(stderr).not.toMatch(/bug in supportmax/)
    expect(leftOf(world.project)).toBe('')
    expect(files().filter(name => name.includes('lock.json'))).toEqual([])
  })
})
