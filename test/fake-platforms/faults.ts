// The faults as data, for tests that loop over faults and vendors.

import type { PlatformFaultKind } from '../../src/platforms/platform.ts'
import type { Vendor } from './instance.ts'
import type { Turn } from './turn.ts'

export interface Fault {
  name: string
  turn: Turn
  /** What an adapter makes of it. */
  kind: PlatformFaultKind
  /** When it may be asked again, as the vendor says it: milliseconds from now, or a moment that far from now. */
  retry?: { afterMs: number } | { inMs: number }
  /** Those that say no such thing, or not where their SDK hands it on. */
  noRetry?: readonly Vendor[]
  /** Text comes first. */
  midway?: boolean
  /** Only one's own clock ends it. */
  hangs?: boolean
}

const HEADERLESS = ['google', 'vertex'] as const

export const FAULTS: readonly Fault[] = [
  {
    name: 'rate limit, seconds',
    turn: { fault: 'rate-limit', retryAfter: 2 },
    kind: 'rate_limit',
    retry: { afterMs: 2_000 },
  },
  {
    name: 'rate limit, a date',
    turn: { fault: 'rate-limit-date', retryAfter: 120 },
    kind: 'rate_limit',
    retry: { inMs: 120_000 },
    noRetry: HEADERLESS,
  },
  {
    name: 'rate limit, milliseconds',
    turn: { fault: 'rate-limit-ms', retryAfter: 1.5 },
    kind: 'rate_limit',
    retry: { afterMs: 1_500 },
  },
  { name: 'quota used up', turn: { fault: 'quota' }, kind: 'quota' },
  { name: 'overloaded', turn: { fault: 'overloaded' }, kind: 'overloaded' },
  { name: 'server error', turn: { fault: 'server-error' }, kind: 'server' },
  { name: 'bad gateway in HTML', turn: { fault: 'bad-gateway' }, kind: 'server' },
  { name: 'wrong key', turn: { fault: 'auth' }, kind: 'auth' },
  { name: 'forbidden', turn: { fault: 'forbidden' }, kind: 'auth' },
  { name: 'model not found', turn: { fault: 'not-found' }, kind: 'not_found' },
  { name: 'reset before the headers', turn: { fault: 'reset' }, kind: 'network' },
  { name: 'closed at once', turn: { fault: 'refused' }, kind: 'network' },
  { name: 'reset in mid-stream', turn: { fault: 'reset-mid-stream' }, kind: 'network', midway: true },
  { name: 'clean cut in mid-answer', turn: { fault: 'cut' }, kind: 'truncated', midway: true },
  { name: "cut inside a call's arguments", turn: { fault: 'cut-in-call' }, kind: 'truncated' },
  { name: 'hang before the headers', turn: { fault: 'hang' }, kind: 'timeout', hangs: true },
  {
    name: 'hang in mid-stream',
    turn: { fault: 'hang-mid-stream' },
    kind: 'timeout',
    midway: true,
    hangs: true,
  },
  { name: 'error early in a good stream', turn: { fault: 'error-early' }, kind: 'server' },
  { name: 'overload early in a good stream', turn: { fault: 'overloaded-early' }, kind: 'overloaded' },
  { name: 'error behind a complete call', turn: { fault: 'error-late' }, kind: 'server' },
  { name: 'malformed stream', turn: { fault: 'malformed' }, kind: 'server', midway: true },
  { name: 'bad request', turn: { fault: 'bad-request' }, kind: 'bad_request' },
  { name: 'unsupported by the model', turn: { fault: 'unsupported' }, kind: 'unsupported' },
  { name: 'rejected without a reason', turn: { fault: 'rejected' }, kind: 'rejected' },
  { name: 'bad tool, by its name', turn: { fault: 'bad-tool-named' }, kind: 'bad_request' },
  { name: 'bad tool, by its place', turn: { fault: 'bad-tool-indexed' }, kind: 'bad_request' },
  { name: 'bad tool, not named', turn: { fault: 'bad-tool-unnamed' }, kind: 'bad_request' },
  { name: 'too many tools', turn: { fault: 'too-many-tools' }, kind: 'bad_request' },
  { name: 'context overflow', turn: { fault: 'context-overflow' }, kind: 'context_overflow' },
  { name: 'content filter', turn: { fault: 'content-filter' }, kind: 'content_filter' },
]
