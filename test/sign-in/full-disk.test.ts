// A sign-in on a disk that is almost full: its refresh token must not be used up if the next one cannot be kept.

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSignInAuthorizer } from '../../src/mcp/sign-in/authorizer.ts'
import { openSignInStore } from '../../src/mcp/sign-in/store.ts'
import { newFolder } from '../helpers/folder.ts'
import { NO_KEY, signInWorld } from '../helpers/sign-in.ts'
import { mountSmall, smallDiskMissing, unmountSmall } from '../helpers/small-disk.ts'

const missing = smallDiskMissing()
const disk = newFolder()
beforeAll(() => void (missing ?? mountSmall(disk)))
afterAll(() => missing ?? unmountSmall(disk))

it.skipIf(missing)(
  'a sign-in whose next tokens would not fit on the disk is not renewed, and not lost',
  async () => {
    const world = await signInWorld()
    const kept = await world.login()
    const store = openSignInStore(disk, NO_KEY)
    await store.locked(world.door, async () => store.write(kept))
    const fillers = Array.from({ length: 64 }, (_, at) => join(disk, `filler-${at}`))
    expect(() => {
      for (const file of fillers) writeFileSync(file, 'x'.repeat(4096))
    }).toThrow('ENOSPC')
    // Enough for the lock, which is written first.
    rmSync(join(disk, 'filler-0'))
    world.clock.now += 3_700_000
    const token = () =>
      createSignInAuthorizer({ store, door: () => world.door, now: () => world.clock.now }).token()
    await expect(token()).rejects.toThrow('acme.wiki.json: cannot be written (no space left on the device)')
    expect(world.authorization.count('refresh')).toBe(0)
    for (const file of fillers) rmSync(file, { force: true })
    expect(await token()).toBe(store.read(world.door)?.tokens?.access)
  },
)
