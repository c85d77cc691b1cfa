import { setTimeout as sleep } from 'node:timers/promises'
import { keyOf, keyText, type Server } from '../../config/project.ts'
import type { Observed, Runtime } from '../../runtimes/runtime.ts'
import type { StackEvent, State } from '../events.ts'
import { judge, type Verdict } from '../look/judge.ts'
import { missingOf, type Stack } from '../stack.ts'

export interface AwaitOptions {
  servers: Server[]
  /** `customer/server` of what is known to have failed already. */
  failed: ReadonlySet<string>
  until: 'ready' | 'started'
  timeoutMs: number
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

/** Probes side by side until each server is ready, has settled on another state, or its deadline is over. */
export async function awaitReady(stack: Stack, runtime: Runtime, options: AwaitOptions) {
  const waiting = options.servers.filter(server => !options.failed.has(keyText(keyOf(server))))
  const total = options.servers.length
  if (options.until === 'started') return { ready: 0, total, failed: options.failed.size, late: 0 }
  const observe = shared(runtime, stack.project.start.intervalMs, options.signal)
  const ends = await Promise.all(waiting.map(server => follow(stack, observe, server, options)))
  const ready = ends.filter(end => end === 'ready').length
  const late = ends.filter(end => end === 'starting').length
  return { ready, total, failed: total - ready, late }
}

type Observe = () => Promise<Observed>

/** Dozens of servers are followed at once: one look at the runtime serves all that ask within `maxAge` milliseconds. */
function shared(runtime: Runtime, maxAge: number, signal: AbortSignal | undefined): Observe {
  let last: { at: number; seen: Promise<Observed> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at >= maxAge) last = { at: now, seen: runtime.observe(signal) }
    return last.seen
  }
}

/** A refusal seen twice is an answer, not a slow start. */
const SETTLED_AFTER = 2
const MAY_SETTLE: ReadonlySet<State> = new Set(['degraded', 'auth_required', 'crash_loop'])

async function follow(stack: Stack, observe: Observe, server: Server, options: AwaitOptions): Promise<State> {
  const began = performance.now()
  let told = ''
  let same = 0
  let before: State | undefined
  for (;;) {
    const now = await look(stack, observe, server, options.signal)
    options.signal?.throwIfAborted()
    const seconds = (performance.now() - began) / 1_000
    same = now.state === before ? same + 1 : 1
    before = now.state
    const over = seconds * 1_000 >= options.timeoutMs
    const final = now.state === 'ready' || over || (MAY_SETTLE.has(now.state) && same >= SETTLED_AFTER)
    // How a door that is not open yet refuses changes from look to look, and says nothing.
    const line = now.state === 'starting' ? now.state : `${now.state} ${now.reason}`
    if (line !== told) options.emit({ type: 'state', ...keyOf(server), ...now, seconds })
    told = line
    if (final) return now.state
    await sleep(stack.project.start.intervalMs, undefined, options.signal ? { signal: options.signal } : {})
  }
}

async function look(stack: Stack, observe: Observe, server: Server, signal?: AbortSignal): Promise<Verdict> {
  const seen = server.managed ? await observe() : undefined
  const observed = seen?.servers.find(one => keyText(one) === keyText(keyOf(server)))
  const asks = !server.managed || observed?.life === 'running'
  return judge({
    server,
    observed,
    missing: missingOf(stack, server),
    probed: asks ? await stack.probe(server, observed?.hostPort, signal) : undefined,
    drift: undefined,
    now: Date.now(),
    graceMs: stack.project.start.upMs,
    credentialsFile: stack.credentials.file,
  })
}
