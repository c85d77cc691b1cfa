// The one place in the stack that names a state. The probe (mcp/probe.ts) names what an answer, or its absence, means;
// everything else becomes a state here.

import { shownPath } from '../../base/package-root.ts'
import { milliseconds } from '../../base/text/amounts.ts'
import type { Server } from '../../config/project.ts'
import type { Unavailable } from '../../mcp/endpoint.ts'
import type { ProbeResult } from '../../mcp/probe.ts'
import type { ObservedServer } from '../../runtimes/runtime.ts'
import type { ServerState } from '../events.ts'
import type { RefusedCredential } from '../state/bound/judge.ts'
import type { Drift } from './drift.ts'

export interface Verdict<State extends ServerState = ServerState> {
  state: State
  reason: string
  /** What to do next; empty if there is nothing to do. */
  hint: string
}

/** What is known about one server at one moment. */
export interface Facts {
  server: Server
  /** undefined: it does not exist, or is external. */
  observed: ObservedServer | undefined
  /** Credentials without a value, or with one that cannot or must not be sent; and why of those that cannot. */
  missing: string[]
  unsendable: string[]
  /** Why the places of missing ones gave no value: `NAME: reason`. */
  sourceFaults: { name: string; reason: string; hint: string }[]
  /** Why only a person can get access to it, as far as that is known without asking it. */
  signIn: { reason: string; hint: string } | undefined
  /** Credentials that belong elsewhere. */
  refused: readonly RefusedCredential[]
  /** The last line that it logged before it ended. */
  lastWords?: string | undefined
  /** Why its last start failed, if that still holds. */
  failure: { reason: string; hint: string; at: string } | undefined
  /** undefined: not probed, since it does not run. */
  probed: ProbeResult | undefined
  /** Set if what runs is not what the configuration says now. */
  drift: Drift | undefined
  /** Milliseconds since the epoch. */
  now: number
  /** How long a server may take to listen; milliseconds. */
  graceMs: number
  /** Where to put a missing credential. */
  credentialsFile: string
}

/** Facts -> the state that a person sees. A running container alone is never "ready". */
export function judge(facts: Facts): Verdict {
  const { server, observed, missing, probed, failure } = facts
  if (missing.length > 0 && !(observed && isAlive(observed))) return judgeMissing(facts)
  if (!server.managed && facts.signIn) return { state: 'auth_required', ...facts.signIn }
  if (!server.managed) return probed ? afterProbe(facts, probed) : notStarted(server)
  if (failure && !(observed && (isAlive(observed) || startedAfter(observed, failure))))
    return { state: 'stopped', reason: `not started: ${failure.reason}`, hint: failure.hint }
  if (!observed) return notStarted(server)
  if (!isAlive(observed)) return judgeEnded(facts, observed)
  if (observed.life === 'restarting') return judgeCrashing(facts, observed)
  if (observed.life === 'paused')
    return {
      state: 'stopped',
      reason: 'paused',
      hint: `run \`supportmax restart ${server.customer} ${server.name}\``,
    }
  return probed
    ? afterProbe(facts, probed)
    : { state: 'starting', reason: 'running, not probed yet', hint: '' }
}

/** Started since, by somebody else's hand: then its end says more than the failure before it. */
function startedAfter({ startedAt }: ObservedServer, { at }: { at: string }): boolean {
  return startedAt !== undefined && Date.parse(startedAt) > Date.parse(at)
}

/** A server without a credential that it needs. */
export function judgeMissing({
  server,
  missing,
  unsendable,
  sourceFaults,
  refused,
  credentialsFile,
}: Pick<
  Facts,
  'server' | 'missing' | 'unsendable' | 'sourceFaults' | 'refused' | 'credentialsFile'
>): Verdict<'missing_credentials'> {
  const [first] = refused
  if (first)
    return {
      state: 'missing_credentials',
      reason: [...new Set(refused.map(one => one.reason))].join('; '),
      hint: first.hint,
    }
  if (unsendable.length > 0)
    return {
      state: 'missing_credentials',
      reason: unsendable.join('; '),
      hint: `run \`supportmax secrets list ${server.customer}\` to see where the value comes from, correct it there, then ${upCommand(server)}`,
    }
  const [fault] = sourceFaults
  const others = missing.filter(name => !sourceFaults.some(one => one.name === name))
  const them = others.length === 1 ? 'it' : 'them'
  if (fault)
    return {
      state: 'missing_credentials',
      reason: [
        ...sourceFaults.map(({ name, reason }) => `${name}: ${reason}`),
        ...(others.length === 0 ? [] : [`no value for ${others.join(', ')}`]),
      ].join('; '),
      hint: `${fault.hint}, then ${upCommand(server)}`,
    }
  return {
    state: 'missing_credentials',
    reason: `no value for ${others.join(', ')}`,
    hint: `put ${them} into ${shownPath(credentialsFile)} or the environment, then ${upCommand(server)}`,
  }
}

/** A failed start. `oldServer`: the state of the server that was to be recreated, if there was one. */
export function judgeFailedStart(
  { reason, hint }: { reason: string; hint: string },
  oldServer: 'none' | 'keeps running' | 'removed' | 'unknown',
): Verdict {
  if (oldServer === 'keeps running')
    return { state: 'degraded', reason: `${reason}; the old server keeps running`, hint }
  if (oldServer === 'removed')
    return { state: 'stopped', reason: `${reason}; the old server was already removed`, hint }
  return { state: oldServer === 'none' ? 'stopped' : 'degraded', reason, hint }
}

/** A server that runs, or ran, and is no longer in the configuration. */
export function judgeStray(observed: ObservedServer): Verdict {
  const hint = 'run `supportmax up` without names (it removes what is no longer configured)'
  return isAlive(observed)
    ? { state: 'degraded', reason: 'running, but not in the configuration', hint }
    : { state: 'stopped', reason: 'not in the configuration', hint }
}

/** A server whose tools the agent cannot get: it does not run, or was started for another system. */
export function judgeUnavailable(facts: Omit<Facts, 'probed'>): Unavailable {
  const { observed, drift } = facts
  if (observed && isAlive(observed) && drift?.kind === 'other') return otherSystem(facts, drift)
  const { state, reason, hint } = judge({ ...facts, probed: undefined })
  // Without a probe no other state comes out of judge().
  return { state: state as Unavailable['state'], reason, hint }
}

/** Whether it runs, or the engine will run it again. */
export function isAlive(observed: ObservedServer): boolean {
  return observed.life === 'running' || observed.life === 'restarting' || observed.life === 'paused'
}

/** States that are final when seen twice in a row after it has run: no slow start looks like that. */
export function canBeFinal(state: ServerState): boolean {
  return state === 'degraded' || state === 'auth_required' || state === 'crash_loop' || state === 'stopped'
}

/** A server whose time to become ready is over. `last`: its last state; undefined if it was never seen. */
export function judgeLate(server: Server, last: Verdict | undefined, timeoutMs: number): Verdict {
  if (last && last.state !== 'starting') return last
  const cause = last?.reason ? ` (${last.reason})` : ''
  const reason = `no answer within ${milliseconds(timeoutMs)}${cause}`
  return { state: 'starting', reason, hint: last?.hint || logsCommand(server) }
}

function upCommand(server: Server): string {
  return `run \`supportmax up ${server.customer}\``
}

function logsCommand(server: Server): string {
  return `run \`supportmax logs ${server.customer} ${server.name}\``
}

function notStarted(server: Server): Verdict {
  return { state: 'stopped', reason: 'not started', hint: upCommand(server) }
}

function judgeEnded({ server, lastWords }: Facts, observed: ObservedServer): Verdict {
  const reason =
    observed.life === 'created' ? 'created, but never started' : withWords(endText(observed), lastWords)
  // A program that ended with an error by itself will do so again.
  const failed = ![undefined, 0, 137, 143].includes(observed.exitCode) && lastWords !== undefined
  const hint = `${failed ? `${logsCommand(server)} to see why, then ` : ''}${upCommand(server)}`
  return { state: 'stopped', reason, hint }
}

function withWords(reason: string, lastWords: string | undefined): string {
  return lastWords === undefined ? reason : `${reason}; last line of its log: ${lastWords}`
}

function judgeCrashing({ server, lastWords }: Facts, observed: ObservedServer): Verdict {
  return {
    state: 'crash_loop',
    reason: withWords(`${endText(observed)}, restarted ${observed.restarts} times`, lastWords),
    hint: logsCommand(server),
  }
}

const SIGNALS: Record<number, string> = { 137: ' (killed)', 143: ' (terminated)', 139: ' (crashed)' }

function endText({ exitCode, outOfMemory }: ObservedServer): string {
  if (outOfMemory) return `ran out of memory (exit code ${exitCode ?? 'unknown'})`
  return `ended with exit code ${exitCode ?? 'unknown'}${SIGNALS[exitCode ?? 0] ?? ''}`
}

function afterProbe(facts: Facts, probed: ProbeResult): Verdict {
  const { observed, server } = facts
  if (probed.state !== 'starting') return withDrift(facts, probed)
  if (facts.drift?.kind === 'altered')
    return { state: 'unhealthy', reason: `${facts.drift.reason}; ${probed.reason}`, hint: upCommand(server) }
  // Between two crashes, a crash loop looks like a start.
  if (observed && observed.restarts >= 3) return judgeCrashing(facts, observed)
  if (observed && isYoung(facts)) return { state: 'starting', reason: probed.reason, hint: '' }
  const hint = server.managed ? logsCommand(server) : probed.hint
  return { state: 'unhealthy', reason: probed.reason, hint }
}

function isYoung({ observed, now, graceMs }: Facts): boolean {
  return observed?.startedAt !== undefined && now - Date.parse(observed.startedAt) < graceMs
}

function withDrift(facts: Facts, { state, reason, hint }: ProbeResult): Verdict {
  const { drift, server } = facts
  if (drift === undefined) return { state, reason, hint }
  if (drift.kind === 'other') return otherSystem(facts, drift)
  return { state, reason: `${reason}; ${drift.reason}`, hint: upCommand(server) }
}

/** It answers, but may serve a system that is no longer configured: the agent does not get its tools. */
function otherSystem(
  { server, refused: [refusal] }: Pick<Facts, 'server' | 'refused'>,
  { reason }: Drift,
): Verdict<'degraded'> {
  // `up` would only say the same.
  return refusal
    ? { state: 'degraded', reason: `${reason}; ${refusal.reason}`, hint: refusal.hint }
    : { state: 'degraded', reason, hint: upCommand(server) }
}
