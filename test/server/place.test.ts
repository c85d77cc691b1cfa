import { chmodSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { socketPath } from '../../src/server/running/place.ts'
import { askServe, listenOnSocket } from '../../src/server/running/socket.ts'
import { closing } from '../helpers/closing.ts'
import { newFolder } from '../helpers/folder.ts'

const FAR = join('/', 'far'.repeat(40))

afterEach(() => void vi.unstubAllEnvs())

it('the socket of a project with a long path is in a folder that nobody else can have made', () => {
  const temporary = newFolder()
  vi.stubEnv('TMPDIR', temporary)
  const folder = dirname(socketPath(FAR))
  expect(folder).toBe(join(temporary, `supportmax-${userInfo().uid}`))
  expect(socketPath(FAR)).toBe(socketPath(FAR))
  chmodSync(folder, 0o777)
  expect(() => socketPath(FAR)).toThrow('is not a folder that only you can access')
  chmodSync(folder, 0o700)
  renameSync(folder, `${folder}-moved`)
  symlinkSync(`${folder}-moved`, folder)
  expect(() => socketPath(FAR)).toThrow('is not a folder that only you can access')
})

it('a second server does not take the socket of one that runs', async () => {
  const folder = join(newFolder(), 'state')
  mkdirSync(folder)
  const path = socketPath(folder)
  const grant = async () => ({ answer: {} })
  const both = await Promise.allSettled([listenOnSocket(path, grant), listenOnSocket(path, grant)])
  const good = both.flatMap(one => (one.status === 'fulfilled' ? [closing(one.value)] : []))
  expect(good).toHaveLength(1)
  await expect(listenOnSocket(path, grant)).rejects.toThrow('serve is already running')
})

it('a folder in the place of the socket is named', async () => {
  const folder = join(newFolder(), 'state')
  const path = socketPath(folder)
  mkdirSync(path, { recursive: true })
  const listening = listenOnSocket(path, async () => ({ answer: {} }))
  await expect(listening).rejects.toMatchObject({ code: 'usage', message: `${path}: is a folder` })
})

it('the state of thousands of customers is answered', async () => {
  const folder = join(newFolder(), 'state')
  mkdirSync(folder)
  const path = socketPath(folder)
  const doors = Array.from({ length: 5_000 }, (_, nth) => ({ customer: `Straße ${nth}`, calls: nth }))
  closing(await listenOnSocket(path, async () => ({ answer: { doors } })))
  const asked = await askServe(path, { kind: 'status' })
  expect(asked?.answer).toEqual({ doors })
  asked?.socket.destroy()
})
