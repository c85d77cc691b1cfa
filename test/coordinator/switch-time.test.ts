import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { openCoordinator } from '../../src/coordinator/coordinator.ts'
import { openPlatform } from '../../src/platforms/open.ts'
import type { VendorPlatform } from '../../src/platforms/platform.ts'
import { asking, hear } from '../helpers/coordinated.ts'
import { aPlatform, aRouting } from '../helpers/platforms.ts'
import { until } from '../helpers/until.ts'

/** Long beside everything else that happens in a switch. */
const BUSY_MS = 400

/** Stops this thread, as loading an SDK does. */
function beBusy(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
}

interface Outside {
  port?: number
  isWaiting?: boolean
  failedAt?: number
  askedAt?: number
}

/** What an outside observer and `switchMs` say of one switch. */
async function observed(before: Busy, waits: boolean) {
  const observer = new Worker(new URL('../fixtures/outside-observer.ts', import.meta.url), {
    workerData: { waits },
  })
  const times: Outside = {}
  observer.on('message', message => Object.assign(times, message))
  await once(observer, 'message')
  const settings = (name: string) =>
    aPlatform(name, {
      kind: 'anthropic',
      models: ['claude-sonnet-5'],
      baseUrl: `http://127.0.0.1:${times.port}/${name}`,
    })
  const coordinator = openCoordinator({
    platforms: [settings('first'), settings('next')],
    routing: aRouting({ retryWaitMs: 0 }),
    secretOf: () => 'key',
    open: async (platform, ...rest) => {
      const opened = await openPlatform(platform, ...rest)
      return platform.name === 'next' ? before(opened, { observer, times }) : opened
    },
  })
  const { rerouted } = await hear(coordinator.forQuestion(asking()).platform)
  await coordinator.close()
  await observer.terminate()
  return {
    outside: (times.askedAt ?? 0) - (times.failedAt ?? 0),
    inside: rerouted[0]?.switchMs ?? Number.NaN,
  }
}

/** Opens the next platform, and is busy at some moment. */
type Busy = (
  opened: VendorPlatform,
  outside: { observer: Worker; times: Outside },
) => VendorPlatform | Promise<VendorPlatform>

const loadsAfterwards: Busy = async (opened, { times }) => {
  await until('the failure', () => times.failedAt !== undefined)
  beBusy()
  return opened
}

const loadsMeanwhile: Busy = async (opened, { observer, times }) => {
  await until('the first request', () => times.isWaiting)
  observer.postMessage('fail')
  beBusy()
  return opened
}

const isSlowToSend: Busy = opened => ({
  ...opened,
  stream(...turn) {
    beBusy()
    return opened.stream(...turn)
  },
})

it.each([
  ['loads an SDK after the failure', loadsAfterwards, false],
  ['loads an SDK while the failure arrives', loadsMeanwhile, true],
  ['is slow to send the next request', isSlowToSend, false],
] as const)('switchMs is what an outside observer sees when the program %s', async (_when, busy, waits) => {
  const { outside, inside } = await observed(busy, waits)
  expect(outside).toBeGreaterThanOrEqual(BUSY_MS)
  expect(inside / outside).toBeGreaterThan(0.8)
  expect(inside / outside).toBeLessThan(1.25)
})
