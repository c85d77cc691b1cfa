import type { Server } from '../../config/project.ts'
import type { ProbeResult } from '../../mcp/probe.ts'
import type { ObservedServer } from '../../runtimes/runtime.ts'
import type { State } from '../events.ts'
import type { Drift } from './drift.ts'

export interface Verdict {
  state: State
  reason: string
  /** What to type next; empty where there is nothing to do. */
  hint: string
}

/** What is known about one server at one moment. */
export interface Facts {
  server: Server
  /** undefined: nothing of it exists (or it is external). */
  observed: ObservedServer | undefined
  missing: string[]
  /** undefined: not probed, since nothing of it runs. */
  probed: ProbeResult | undefined
  /** Where what runs is not what the configuration asks for now. */
  drift: Drift | undefined
  /** Milliseconds since the epoch. */
  now: number
  /** How long a server may take to open its door; milliseconds. */
  graceMs: number
  /** Where to put a missing credential. */
  credentialsFile: string
}

/** Facts -> the state that a person is told. A running container alone is never "ready". */
export function judge(facts: Facts): Verdict {
  const { server, observed, missing, probed } = facts
  const up = `supportmax up ${server.customer}`
  if (missing.length > 0 && (!observed || !isAlive(observed)))
    return {
      state: 'missing_credentials',
      reason: `no value for ${missing.join(', ')}`,
      hint: `put ${missing.join(', ')} into ${facts.credentialsFile} or the environment, then ${up}`,
    }
  if (!server.managed) return probed ? afterProbe(facts, probed) : notThere(up)
  if (!observed) return notThere(up)
  if (!isAlive(observed)) return ended(observed, up)
  if (observed.life === 'restarting') return crashing(server, observed)
  if (observed.life === 'paused')
    return {
      state: 'stopped',
      reason: 'is paused',
      hint: `supportmax restart ${server.customer} ${server.name}`,
    }
  return probed ? afterProbe(facts, probed) : { state: 'starting', reason: 'runs, not asked yet', hint: '' }
}

/** Something of it runs or will run again by itself. */
export function isAlive(observed: ObservedServer): boolean {
  return observed.life === 'running' || observed.life === 'restarting' || observed.life === 'paused'
}

function notThere(up: string): Verdict {
  return { state: 'stopped', reason: 'is not started', hint: up }
}

function ended(observed: ObservedServer, up: string): Verdict {
  if (observed.life === 'created') return { state: 'stopped', reason: 'was created, never started', hint: up }
  return { state: 'stopped', reason: endText(observed), hint: up }
}

function crashing(server: Server, observed: ObservedServer): Verdict {
  return {
    state: 'crash_loop',
    reason: `${endText(observed)}, restarted ${observed.restarts} times`,
    hint: `supportmax logs ${server.customer} ${server.name}`,
  }
}

function endText(observed: ObservedServer): string {
  if (observed.outOfMemory) return `ended for want of memory (exit code ${observed.exitCode ?? 'unknown'})`
  const signals: Record<number, string> = { 137: ' (killed)', 143: ' (terminated)', 139: ' (crashed)' }
  const code = observed.exitCode
  return `ended with exit code ${code ?? 'unknown'}${signals[code ?? 0] ?? ''}`
}

function afterProbe(facts: Facts, probed: ProbeResult): Verdict {
  const { observed, server } = facts
  if (probed.state !== 'starting') return withDrift(facts, probed)
  // Restarted again and again, it is caught by chance between two deaths.
  if (observed && observed.restarts >= 3) return crashing(server, observed)
  if (observed && isYoung(facts)) return { state: 'starting', reason: probed.reason, hint: '' }
  return {
    state: 'unhealthy',
    reason: probed.reason,
    hint: server.managed ? `supportmax logs ${server.customer} ${server.name}` : probed.hint,
  }
}

function isYoung({ observed, now, graceMs }: Facts): boolean {
  return observed?.startedAt !== undefined && now - Date.parse(observed.startedAt) < graceMs
}

function withDrift({ drift, server }: Facts, probed: ProbeResult): Verdict {
  const state = probed.state as State
  if (drift === undefined) return { state, reason: probed.reason, hint: probed.hint }
  const hint = `supportmax up ${server.customer}`
  // It answers, but for a system that the configuration no longer names: the agent is not given its tools.
  if (drift.kind === 'other') return { state: 'degraded', reason: drift.reason, hint }
  return { state, reason: `${probed.reason}; ${drift.reason}`, hint }
}
