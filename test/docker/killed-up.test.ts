import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSupportmax, supportmax } from '../helpers/cli.ts'
import { groundMissing, leftOf } from '../helpers/docker.ts'
import { type FirstFile, firstFile } from '../helpers/first-file.ts'

const missing = await groundMissing('bridge', 'alertmanager')

const SEED = Number(process.env.SUPPORTMAX_TEST_SEED ?? 20_261_121)
const POINTS = 10
/** From the start of the program to when everything has been started and is being probed. */
const SPAN_MS = 3_500

/** mulberry32: the same points for the same seed, on every machine. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe.skipIf(missing)(`an up that is killed at a seeded point (seed ${SEED})`, () => {
  let world: FirstFile
  beforeAll(async () => {
    world = await firstFile()
    // The first up builds images and writes the compose file: what is killed later are ups of every day.
    await supportmax(world.place, 'up', '--no-wait')
    await supportmax(world.place, 'down')
  })
  afterAll(() => world?.end())

  const next = random(SEED)
  // One of each tenth of the span, so that no stage is left out.
  const points = Array.from({ length: POINTS }, (_, i) => Math.round(((i + next()) / POINTS) * SPAN_MS))

  for (const [i, ms] of points.entries())
    it(`after ${ms} ms: ${i % 2 ? 'the next up converges, and' : ''} the next down leaves nothing`, async () => {
      const { child, ended } = startSupportmax(world.place, 'up', '--timeout', '20')
      await delay(ms)
      child.kill('SIGKILL') // its docker compose lives on
      await Promise.race([ended, delay(200)]) // compose may hold the pipes
      if (i % 2) {
        await supportmax(world.place, 'up', '--timeout', '20')
        const { stdout } = await supportmax(world.place, 'status', '--json')
        const { servers } = JSON.parse(stdout) as { servers: { server: string; state: string }[] }
        const alertmanagers = servers.filter(({ server }) => server === 'alertmanager')
        expect(alertmanagers.map(({ state }) => state)).toEqual(['ready', 'ready'])
        expect(servers.filter(({ state }) => state === 'stopped')).toEqual([])
      }
      const down = await supportmax(world.place, 'down')
      expect(down.code, down.stderr).toBe(0)
      await delay(1_000) // what was left running would bring something back by then
      expect(leftOf(world.project)).toBe('')
    })
})
