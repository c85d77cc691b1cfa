import { keyText, type Server, type ServerKey } from '../../config/project.ts'
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
  /** Warning that a runtime which is not needed, but may have left servers, was not looked at. */
  unchecked: string | undefined
  /** Prefers a running server over one that has ended in another runtime. */
  find(key: ServerKey): Found | undefined
}

/**
 * Looks at every runtime side by side. Throws `missing` if one that `servers` need cannot be asked; undefined: everything
 * that was ever started.
 */
export async function lookAround(
  stack: Stack,
  servers: readonly Server[] | undefined,
  signal?: AbortSignal,
): Promise<Sight> {
  const { runtimes, unchecked } = await stack.runtimes.all(servers, signal)
  const all = await Promise.all(
    runtimes.map(async runtime => ({ runtime, observed: await runtime.observe(signal) })),
  )
  return {
    all,
    unchecked,
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
