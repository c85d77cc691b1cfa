import { keyText, type ServerKey } from '../../config/project.ts'
import type { Observed, ObservedServer, Runtime } from '../../runtimes/runtime.ts'
import type { Stack } from '../stack.ts'

/** A server that exists, and its runtime. */
export interface Found {
  runtime: Runtime
  observed: ObservedServer
}

/** One look at every runtime. */
export interface Sight {
  all: { runtime: Runtime; observed: Observed }[]
  /** Prefers a running server over one that has ended in another runtime. */
  find(key: ServerKey): Found | undefined
}

/** Looks at every runtime side by side. Throws `missing` if one of them cannot be asked. */
export async function lookAround(stack: Stack, signal?: AbortSignal): Promise<Sight> {
  const runtimes = await stack.runtimes.all(signal)
  const all = await Promise.all(
    runtimes.map(async runtime => ({ runtime, observed: await runtime.observe(signal) })),
  )
  return {
    all,
    find(key) {
      const found = all.flatMap(({ runtime, observed }) =>
        observed.servers
          .filter(one => keyText(one) === keyText(key))
          .map(one => ({ runtime, observed: one })),
      )
      return found.find(one => one.observed.life === 'running') ?? found[0]
    },
  }
}
