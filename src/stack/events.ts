import type { RuntimeKind } from '../runtimes/runtime.ts'

export type ServerState =
  | 'stopped'
  | 'starting'
  | 'ready'
  | 'degraded'
  | 'auth_required'
  | 'unhealthy'
  | 'crash_loop'
  | 'missing_credentials'

/** What `up`, `down` and `restart` report while they work; `--json` prints each as one line. */
export type StackEvent =
  | { type: 'planned'; runtime: RuntimeKind; steps: PlannedStep[] }
  | { type: 'waiting'; text: string }
  /** `preparing`: its image is pulled or built. */
  | {
      type: 'progress'
      customer: string
      server: string
      phase: 'preparing' | 'starting' | 'probing'
      text: string
    }
  /** The final state of one server. `seconds` since the work on it began. */
  | {
      type: 'state'
      customer: string
      server: string
      state: ServerState
      reason: string
      hint: string
      seconds: number
    }
  | { type: 'removed'; customer: string; server: string }
  | { type: 'note'; text: string }
  | { type: 'done'; ready: number; total: number; failed: number; seconds: number }

/** `server` is `customer/server`. */
export interface PlannedStep {
  kind: 'create' | 'recreate' | 'start' | 'remove' | 'keep'
  server: string
  cause: string
}
