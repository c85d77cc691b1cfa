import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { type SignInWorld, signInWorld } from '../helpers/sign-in.ts'
import { until } from '../helpers/until.ts'

const PROGRAM = fileURLToPath(new URL('../fixtures/token-taker.ts', import.meta.url))
const HOUR = 3_600_000

interface Taker {
  child: ChildProcess
  /** Settles when it is ready to begin. */
  ready: Promise<void>
  begin(): void
  /** The token that it printed; undefined if it was killed. */
  token: Promise<string | undefined>
}

/** A process of its own that gets the token, `ahead` milliseconds from now. */
function startTaker({ folder, server }: SignInWorld, ahead: number): Taker {
  const child = spawn(process.execPath, [PROGRAM, folder, server.url, String(ahead)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  const ready = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.includes('waiting')) ready.resolve()
  })
  const token = new Promise<string | undefined>(resolve =>
    child.once('close', () => resolve(output.split('\n')[1] || undefined)),
  )
  return { child, ready: ready.promise, begin: () => void child.stdin.write('go\n'), token }
}

it('of ten processes whose token has expired, one refreshes, and all get the same new token', async () => {
  const world = await signInWorld()
  const { tokens } = await world.login()
  const takers = Array.from({ length: 10 }, () => startTaker(world, HOUR))
  await Promise.all(takers.map(taker => taker.ready))
  for (const taker of takers) taker.begin()
  const got = await Promise.all(takers.map(taker => taker.token))
  expect(new Set(got).size).toBe(1)
  expect(got[0]).toMatch(/^[\w-]{20,}$/)
  expect(got[0]).not.toBe(tokens?.access)
  expect(world.authorization.requests).toEqual(['metadata', 'register', 'authorize', 'code', 'refresh'])
  expect(readdirSync(join(world.folder, 'sign-ins'))).toEqual(['acme.wiki.json'])
})

it('a process that is killed while it refreshes leaves the sign-in as it was, and the next one refreshes', async () => {
  const world = await signInWorld()
  await world.login()
  const { settings } = world.authorization
  let asked = 0
  settings.token = () => (asked++ === 0 ? 'hang' : 'answer')
  const first = startTaker(world, HOUR)
  await first.ready
  first.begin()
  await until('the refresh of the first process is on its way', () => asked === 1)
  const others = Array.from({ length: 3 }, () => startTaker(world, HOUR))
  await Promise.all(others.map(one => one.ready))
  for (const one of others) one.begin()
  first.child.kill('SIGKILL')
  expect(await first.token).toBeUndefined()
  const got = await Promise.all(others.map(one => one.token))
  expect(new Set(got).size).toBe(1)
  expect(got[0]).toMatch(/^[\w-]{20,}$/)
  expect(asked).toBe(2)
})
