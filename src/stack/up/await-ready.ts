import { pause } from '../../base/waiting/wait.ts'
import { keyOf, keyText, type Server } from '../../config/project.ts'
import type { Observed, Runtime } from '../../runtimes/runtime.ts'
import type { ServerState, StackEvent } from '../events.ts'
import { canBeFinal, judge, type Verdict } from '../look/judge.ts'
import { basicFacts } from '../look/look.ts'
import type { Stack } from '../stack.ts'

export interface AwaitOptions {
  servers: Server[]
  /** `customer/server` of those that have failed already. */
  failed: ReadonlySet<string>
  until: 'ready' | 'started'
  timeoutMs: number
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

/** Probes side by side until each server is ready, has settled on another state, or has timed out. */
export async function awaitReady(stack: Stack, runtime: Runtime, options: AwaitOptions) {
  const waiting = options.servers.filter(server => !options.failed.has(keyText(keyOf(server))))
  const total = options.servers.length
  if (options.until === 'started') return { ready: 0, total, failed: options.failed.size, late: 0 }
  const observe = sharedObserve(runtime, stack.project.start.intervalMs, options.signal)
  const ends = await Promise.all(waiting.map(server => follow(stack, observe, server, options)))
  const ready = ends.filter(end => end === 'ready').length
  const late = ends.filter(end => end === 'starting').length
  return { ready, total, failed: total - ready, late }
}

type Observe = () => Promise<Observed>

/** Dozens of servers are followed at once, so all calls within `maxAge` milliseconds share one look at the runtime. */
function sharedObserve(runtime: Runtime, maxAge: number, signal: AbortSignal | undefined): Observe {
  let last: { at: number; seen: Promise<Observed> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at >= maxAge) last = { at: now, seen: runtime.observe(signal) }
    return last.seen
  }
}

const SETTLED_AFTER = 2

async function follow(
  stack: Stack,
  observe: Observe,
  server: Server,
  { emit, signal, timeoutMs }: AwaitOptions,
): Promise<ServerState> {
  const began = performance.now()
  let shown = ''
  let same = 0
  let before: ServerState | undefined
  for (;;) {
    const now = await look(stack, observe, server, signal)
    signal?.throwIfAborted()
    const ms = performance.now() - began
    same = now.state === before ? same + 1 : 1
    before = now.state
    // The reason of a server that does not listen yet changes all the time and means nothing.
    const line = now.state === 'starting' ? now.state : `${now.state} ${now.reason}`
    if (line !== shown) emit({ type: 'state', ...keyOf(server), ...now, seconds: ms / 1_000 })
    shown = line
    const settled = canBeFinal(now.state) && same >= SETTLED_AFTER
    if (now.state === 'ready' || ms >= timeoutMs || settled) return now.state
    await pause(stack.project.start.intervalMs, signal)
  }
}

async function look(stack: Stack, observe: Observe, server: Server, signal?: AbortSignal): Promise<Verdict> {
  const seen = server.managed ? await observe() : undefined
  const observed = seen?.servers.find(one => keyText(one) === keyText(keyOf(server)))
  const asks = !server.managed || observed?.life === 'running'
  const probed = asks ? await stack.probe(server, observed?.hostPort, signal) : undefined
  return judge({ ...basicFacts(stack, server), observed, probed })
}
