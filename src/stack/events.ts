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
  | { type: 'planned'; runtime: RuntimeKind; steps: { kind: string; server: string; cause: string }[] }
  | { type: 'waiting'; text: string }
  | { type: 'progress'; customer: string; server: string; text: string }
  /** `seconds` since the work on this server began. */
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
