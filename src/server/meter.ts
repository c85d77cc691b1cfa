// What a running server counts, for `serve status` and for a listener.

import type { AuditTrail } from '../toolset/calls/trail.ts'
import type { ToolOutcome } from '../toolset/toolset.ts'

/** Why a request was turned away before it reached a customer's tools. */
export type TurnedAway = 'stranger' | 'unauthorized' | 'scope' | 'unavailable'

/** Receives everything that is counted. Durations are in milliseconds. */
export interface MeterListener {
  /** A request of MCP was answered. */
  request(of: { customer: string; method: string; outcome: 'ok' | 'error'; took: number }): void
  /** A call that was sent to a server has ended, or a call was refused. `server` is empty if there is no such tool. */
  call(of: {
    customer: string
    server: string
    tool: string
    outcome: ToolOutcome['kind']
    took: number
  }): void
  /** A client has connected or, with `took`, gone. */
  session(of: { customer: string; took?: number }): void
  /** @param customer undefined if the request named no customer that exists */
  turnedAway(of: { customer: string | undefined; reason: TurnedAway }): void
}

export interface Counts {
  /** Calls that were sent to a server. */
  calls: number
  /** Calls that read-only access, the policy or a person refused. */
  refused: number
  /** Connected clients. Those of MCP 2026-07-28 over HTTP never are. */
  sessions: number
}

export interface Meter extends MeterListener {
  /** A client has connected. Returns what to call when it has gone. */
  opened(customer: string): () => void
  /** A request of MCP is being answered. Returns what to call when it has been. */
  answering(): () => void
  /** How many requests are being answered. */
  running(): number
  countsOf(customer: string): Readonly<Counts>
  /** Requests that were turned away, by reason. */
  turnedAwayCounts(): Partial<Record<TurnedAway, number>>
}

const REFUSED: ReadonlySet<ToolOutcome['kind']> = new Set(['denied', 'unknown_tool'])

/** Whether such a call never reached a server. */
export function isRefusal(outcome: ToolOutcome['kind']): boolean {
  return REFUSED.has(outcome)
}

/** @param listener receives everything, too */
export function openMeter(listener: MeterListener): Meter {
  const customers = new Map<string, Counts>()
  const away: Partial<Record<TurnedAway, number>> = {}
  let running = 0
  function countsOf(customer: string): Counts {
    const counts = customers.get(customer) ?? { calls: 0, refused: 0, sessions: 0 }
    customers.set(customer, counts)
    return counts
  }
  const meter: Meter = {
    request: listener.request,
    call(of) {
      countsOf(of.customer)[isRefusal(of.outcome) ? 'refused' : 'calls']++
      listener.call(of)
    },
    session(of) {
      countsOf(of.customer).sessions += of.took === undefined ? 1 : -1
      listener.session(of)
    },
    turnedAway(of) {
      away[of.reason] = (away[of.reason] ?? 0) + 1
      listener.turnedAway(of)
    },
    opened(customer) {
      const since = performance.now()
      let isOpen = true
      meter.session({ customer })
      return () => {
        if (isOpen) meter.session({ customer, took: performance.now() - since })
        isOpen = false
      }
    },
    answering() {
      running++
      return () => void running--
    },
    running: () => running,
    countsOf,
    turnedAwayCounts: () => away,
  }
  return meter
}

/** The same record, which tells the meter. */
export function meteredTrail(trail: AuditTrail, meter: MeterListener): AuditTrail {
  return {
    started: call => trail.started(call),
    ended(call, end, start) {
      trail.ended(call, end, start)
      const { customer, server, tool } = call
      meter.call({ customer, server, tool, outcome: end.outcome, took: end.took })
    },
  }
}
