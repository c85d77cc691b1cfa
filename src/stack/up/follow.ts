// Probes servers from the moment they run, while others are still being started.

import { pause, waitFor } from '../../base/waiting/wait.ts'
import { keyOf, keyText, type Server, type ServerKey } from '../../config/project.ts'
import type { ProbeResult } from '../../mcp/probe.ts'
import type { Observed, ObservedServer, RunningServer, Runtime } from '../../runtimes/runtime.ts'
import type { ServerState, StackEvent } from '../events.ts'
import { canBeFinal, judge, judgeLate, type Verdict } from '../look/judge.ts'
import { lastWords } from '../look/last-words.ts'
import { basicFacts } from '../look/look.ts'
import type { Stack } from '../stack.ts'
import { isListening } from './listening.ts'

export interface FollowOptions {
  /** How long a server may take to become ready once it runs; milliseconds. */
  timeoutMs: number
  emit(event: StackEvent): void
  signal?: AbortSignal | undefined
}

export interface Followers {
  /**
   * Begins to follow a server; again does nothing. `replaces`: the id of what runs now and is about to be recreated, whose
   * answers say nothing about the new one.
   */
  follow(server: Server, replaces?: string): void
  /** Its start has failed, which was reported: nothing more is. */
  drop(key: ServerKey): void
  /** All starts are over: what does not run now is not about to. */
  started(): void
  /** Resolves when each server has its final state: how many are ready, and how many timed out while they started. */
  settled(): Promise<{ ready: number; late: number }>
  /** Stops following; nothing more is reported. */
  cancel(): void
}

/**
 * Follows servers until each is ready, has settled on another state, or has timed out, and emits only that final state.
 * Looks in between mean nothing: a server that starts can look like a broken one.
 */
export function openFollowers(stack: Stack, runtime: Runtime, options: FollowOptions): Followers {
  const cancelled = new AbortController()
  const signal = AbortSignal.any([cancelled.signal, ...(options.signal ? [options.signal] : [])])
  const work: Work = {
    ...options,
    stack,
    signal,
    listRunning: sharedLook(() => runtime.listRunning(signal)),
    observe: sharedLook(() => runtime.observe(signal)),
    lastWords: observed => lastWords(runtime, observed, signal),
    starts: 'running',
    dropped: new Set(),
  }
  const ends = new Map<string, Promise<ServerState | undefined>>()
  return {
    follow(server, replaces) {
      const key = keyText(keyOf(server))
      if (ends.has(key)) return
      const end = followOne(work, { server, replaces, key })
      // Errors are reported by settled().
      end.catch(() => {})
      ends.set(key, end)
    },
    drop: key => void work.dropped.add(keyText(key)),
    started() {
      work.starts = 'over'
    },
    async settled() {
      const states = await Promise.all(ends.values())
      const count = (wanted: ServerState) => states.filter(state => state === wanted).length
      return { ready: count('ready'), late: count('starting') }
    },
    cancel: () => cancelled.abort(new Error('no longer followed')),
  }
}

interface Work extends FollowOptions {
  stack: Stack
  signal: AbortSignal
  listRunning(): Promise<RunningServer[]>
  observe(): Promise<Observed>
  lastWords(observed: ObservedServer | undefined): Promise<string | undefined>
  starts: 'running' | 'over'
  /** By keyText(). */
  dropped: Set<string>
}

interface Followed {
  server: Server
  key: string
  replaces: string | undefined
}

const LOOK_EVERY_MS = 200

/** Dozens of servers are followed at once, and all of them share one look at the runtime. */
function sharedLook<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { at: number; seen: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (!last || now - last.at >= LOOK_EVERY_MS) last = { at: now, seen: look() }
    return last.seen
  }
}

const SETTLED_AFTER = 2

/** The final state; undefined if it was dropped. */
async function followOne(work: Work, followed: Followed): Promise<ServerState | undefined> {
  const { stack, signal, timeoutMs, dropped, emit } = work
  const { server, key } = followed
  const began = performance.now()
  await untilItRuns(work, followed)
  if (!dropped.has(key)) emit({ type: 'progress', ...keyOf(server), phase: 'probing', text: 'probing' })
  const deadline = performance.now() + timeoutMs
  let last: Verdict | undefined
  for (let same = 0; !dropped.has(key); ) {
    const now = await look(work, followed, deadline)
    signal.throwIfAborted()
    same = now?.state === last?.state ? same + 1 : 1
    last = now ?? last
    // What we did not start is not about to change because of us.
    const canEnd = last && (!server.managed || canBeFinal(last.state))
    const isFinal = last?.state === 'ready' || (canEnd && same >= SETTLED_AFTER)
    if (!dropped.has(key) && (isFinal || performance.now() >= deadline)) {
      const verdict = last && isFinal ? last : judgeLate(server, last, timeoutMs)
      emit({ type: 'state', ...keyOf(server), ...verdict, seconds: (performance.now() - began) / 1_000 })
      return verdict.state
    }
    const { intervalMs } = stack.project.start
    // To see whether it listens costs nothing.
    await pause(now?.state === 'starting' ? Math.min(LOOK_EVERY_MS, intervalMs) : intervalMs, signal)
  }
  return undefined
}

/** Waits until it runs, or until it is clear that it will not. */
async function untilItRuns(work: Work, followed: Followed): Promise<void> {
  if (!followed.server.managed) return
  const runs = async () => work.starts === 'over' || (await findRunning(work, followed)) !== undefined
  await waitFor(runs, { every: LOOK_EVERY_MS, most: Number.POSITIVE_INFINITY, signal: work.signal })
}

async function findRunning(work: Work, { key, replaces }: Followed): Promise<RunningServer | undefined> {
  const servers = await work.listRunning()
  return servers.find(one => keyText(one) === key && (work.starts === 'over' || one.id !== replaces))
}

/** undefined: its time was over before it answered. */
async function look(work: Work, followed: Followed, deadline: number): Promise<Verdict | undefined> {
  const { stack } = work
  const { server, key } = followed
  const over = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())))
  const running = server.managed ? await findRunning(work, followed) : undefined
  const ask = () => stack.probe(server, running, AbortSignal.any([work.signal, over]))
  const probed =
    running || !server.managed
      ? ((await refusesConnections(running)) ?? (await probeBefore(over, ask())))
      : undefined
  if (over.aborted && probed?.state !== 'ready') return undefined
  if (probed && probed.state !== 'starting')
    return { state: probed.state, reason: probed.reason, hint: probed.hint }
  if (server.managed && work.starts === 'running')
    return { state: 'starting', reason: probed?.reason ?? '', hint: '' }
  const observed = server.managed
    ? (await work.observe()).servers.find(one => keyText(one) === key)
    : undefined
  // No limit of time: whether it is late is decided here.
  const facts = { ...basicFacts(stack, server), graceMs: Number.POSITIVE_INFINITY, observed, probed }
  return judge({ ...facts, lastWords: await work.lastWords(observed) })
}

/** What a probe would find where nothing listens. A probe is expensive, and dozens of servers start at once. */
async function refusesConnections(running: RunningServer | undefined): Promise<ProbeResult | undefined> {
  if (running?.hostPort === undefined || (await isListening(running.hostPort))) return undefined
  const reason = `127.0.0.1:${running.hostPort}: nothing is listening yet`
  return { state: 'starting', reason, hint: '', tools: undefined, era: undefined, latencyMs: undefined }
}

/** undefined if it did not even get its turn before that. */
async function probeBefore(
  over: AbortSignal,
  probing: Promise<ProbeResult>,
): Promise<ProbeResult | undefined> {
  try {
    return await probing
  } catch (error) {
    if (over.aborted) return undefined
    throw error
  }
}
